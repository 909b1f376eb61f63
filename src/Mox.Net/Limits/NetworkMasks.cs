using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mox.Net.Limits;

/// <summary>
/// The three networks that an address counts for: IPv4 /32, /26, /21; IPv6 /64, /48, /32. Limits grow with the network, so
/// that a neighbour pays little and a rented range does not multiply its owner's share.
/// </summary>
public static class NetworkMasks
{
    /// <summary>How many networks an address counts for.</summary>
    public const int Count = 3;

    /// <summary>Fills in the three networks of an address, narrowest first. IPv4 in IPv6 counts as IPv4.</summary>
    public static void Of(IPAddress address, Span<NetworkKey> networks)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            var v4 = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            networks[0] = new NetworkKey(v4, 32, false);
            networks[1] = new NetworkKey(v4 & 0xffff_ffc0, 26, false);
            networks[2] = new NetworkKey(v4 & 0xffff_f800, 21, false);
            return;
        }

        // An IPv6 network of a site is at most a /64: the rest of the address says nothing.
        var v6 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        networks[0] = new NetworkKey(v6, 64, true);
        networks[1] = new NetworkKey(v6 & 0xffff_ffff_ffff_0000, 48, true);
        networks[2] = new NetworkKey(v6 & 0xffff_ffff_0000_0000, 32, true);
    }
}
