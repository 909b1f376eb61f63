using System.Buffers.Binary;
using System.Text;

namespace Mox.Dns.Wire;

/// <summary>The option with an extended error (RFC 8914 section 2).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |           INFO-CODE           /     EXTRA-TEXT (UTF-8) ...    /
/// +-------------------------------+-------------------------------+
/// </code>
/// </remarks>
internal static class ExtendedErrorOption
{
    public const int Code = 15;

    private const int MaxText = 256;

    /// <summary>Reads the option; null when it is too short to be one.</summary>
    public static DnsExtendedError? TryRead(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2)
        {
            return null;
        }

        // A server writes what it likes: nothing in it may make a log line look like two.
        var text = new StringBuilder();
        foreach (var rune in Encoding.UTF8.GetString(value[2..]).EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > MaxText)
            {
                break;
            }

            _ = Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.Value is 0x2028 or 0x2029 ? text.Append('?') : text.Append(rune.ToString());
        }

        return new DnsExtendedError(BinaryPrimitives.ReadUInt16BigEndian(value), text.ToString());
    }
}
