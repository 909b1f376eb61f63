using System.Buffers.Binary;
using System.Net;

namespace Mox.Net.Limits;

/// <summary>A network: the first bits of an address.</summary>
/// <param name="Bits">IPv4: the address; IPv6: its first half. Cut to the prefix.</param>
/// <param name="Prefix">The prefix length.</param>
/// <param name="IsV6">Which family.</param>
public readonly record struct NetworkKey(ulong Bits, byte Prefix, bool IsV6)
{
    /// <summary>In CIDR form, as logs show it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Bits);
        }

        return $"{new IPAddress(IsV6 ? bytes : bytes[..4])}/{Prefix}";
    }
}
