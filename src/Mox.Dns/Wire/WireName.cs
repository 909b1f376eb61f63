namespace Mox.Dns.Wire;

/// <summary>Names as they are in messages: labels after their lengths, and pointers to earlier ones (RFC 1035 section 4.1.4).</summary>
internal static class WireName
{
    /// <summary>The longest name, its last, empty label included (RFC 1035 section 2.3.4).</summary>
    public const int MaxLength = 255;

    private const int MaxLabelLength = 63;

    // A name of 255 bytes has at most 127 labels; more pointers than that are there to keep us busy.
    private const int MaxPointers = 127;

    /// <summary>Reads a name and moves past it; false where there is none, with the offset left anywhere.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, out DnsName name)
    {
        Span<byte> wire = stackalloc byte[MaxLength];
        name = default;
        int used = 0, at = offset, lowest = offset;
        for (var pointers = 0; (uint)at < (uint)message.Length;)
        {
            int length = message[at];
            if (length == 0)
            {
                wire[used++] = 0;
                offset = pointers == 0 ? at + 1 : offset;
                name = DnsName.FromWire(wire[..used]);
                return true;
            }

            if (length >= 0xc0)
            {
                // A pointer leads to before where this name, or the part of it that was pointed to last, begins: no loops.
                var target = at + 1 < message.Length ? ((length & 0x3f) << 8) | message[at + 1] : int.MaxValue;
                if (target >= lowest || pointers == MaxPointers)
                {
                    return false;
                }

                offset = pointers++ == 0 ? at + 2 : offset;
                at = lowest = target;
                continue;
            }

            // The empty label must fit as well.
            if (length > MaxLabelLength || at + 1 + length > message.Length || used + 1 + length + 1 > MaxLength)
            {
                return false;
            }

            message.Slice(at, 1 + length).CopyTo(wire[used..]);
            used += 1 + length;
            at += 1 + length;
        }

        return false;
    }

    /// <summary>Moves past a name without following pointers.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int offset)
    {
        while ((uint)offset < (uint)message.Length)
        {
            int length = message[offset];
            switch (length)
            {
                case 0:
                    offset++;
                    return true;
                case >= 0xc0:
                    offset += 2;
                    return offset <= message.Length;
                case > MaxLabelLength:
                    return false;
                default:
                    offset += 1 + length;
                    break;
            }
        }

        return false;
    }

    /// <summary>Writes a name without compression.</summary>
    /// <returns>How many bytes.</returns>
    public static int Write(DnsName name, Span<byte> wire) => FromText(name.ToString(), wire);

    /// <summary>Reads the text form of a name, absolute or without its last dot.</summary>
    /// <returns>How many bytes were written; 0 when the text is no name.</returns>
    public static int FromText(ReadOnlySpan<char> text, Span<byte> wire)
    {
        if (text is ".")
        {
            wire[0] = 0;
            return 1;
        }

        int label = 0, used = 1;
        while (text.Length > 0)
        {
            if (text[0] == '.')
            {
                // No label is empty but the last.
                if (used == label + 1 || used >= MaxLength)
                {
                    return 0;
                }

                wire[label] = (byte)(used - label - 1);
                label = used++;
                text = text[1..];
                continue;
            }

            var length = Character(text, out var b);
            if (length == 0 || used - label > MaxLabelLength || used >= MaxLength - 1)
            {
                return 0;
            }

            wire[used++] = b;
            text = text[length..];
        }

        if (used == label + 1)
        {
            // The text ended with its dot, or had nothing at all.
            wire[label] = 0;
            return label == 0 ? 0 : used;
        }

        wire[label] = (byte)(used - label - 1);
        wire[used++] = 0;
        return used;
    }

    // One byte of a label: itself, \C, or \DDD.
    private static int Character(ReadOnlySpan<char> text, out byte b)
    {
        b = (byte)text[0];
        if (text[0] != '\\')
        {
            return text[0] is > ' ' and < '\x7f' ? 1 : 0;
        }

        if (text.Length > 1 && !char.IsAsciiDigit(text[1]))
        {
            b = (byte)text[1];
            return text[1] is > ' ' and < '\x7f' ? 2 : 0;
        }

        return text.Length > 3 && byte.TryParse(text.Slice(1, 3), System.Globalization.NumberStyles.None, null, out b) ? 4 : 0;
    }
}
