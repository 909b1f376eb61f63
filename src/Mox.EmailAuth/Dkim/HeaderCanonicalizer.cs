using System.Buffers;
using Mox.Mime;

namespace Mox.EmailAuth.Dkim;

/// <summary>Writes header fields in the form in which they are signed (RFC 6376 sections 3.4.1 and 3.4.2).</summary>
internal static class HeaderCanonicalizer
{
    private static readonly SearchValues<byte> Folding = SearchValues.Create(" \t\r\n"u8);

    /// <summary>A field with its line end.</summary>
    public static void Write(IBufferWriter<byte> output, HeaderField field, Canonicalization form)
    {
        if (form == Canonicalization.Simple)
        {
            output.Write(field.Raw.Span);
            return;
        }

        WriteRelaxed(output, field.NameBytes, field.RawValue.Span);
        output.Write("\r\n"u8);
    }

    /// <summary>The signature's own field, in which the signature itself is left out, without its line end.</summary>
    public static void WriteUnsigned(IBufferWriter<byte> output, HeaderField field, Canonicalization form)
    {
        byte[] value = WithoutSignature(field.RawValue.Span);
        if (form == Canonicalization.Relaxed)
        {
            WriteRelaxed(output, field.NameBytes, value);
            return;
        }

        output.Write(field.Raw.Span[..(field.ValueOffset - field.Offset)]);
        output.Write(value);
    }

    private static void WriteRelaxed(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var lower = output.GetSpan(name.Length + 1);
        System.Text.Ascii.ToLower(name, lower, out _);
        lower[name.Length] = (byte)':';
        output.Advance(name.Length + 1);
        value = value.Trim(" \t\r\n"u8);
        while (true)
        {
            int end = value.IndexOfAny(Folding);
            output.Write(end < 0 ? value : value[..end]);
            if (end < 0)
            {
                return;
            }

            int next = end + value[end..].IndexOfAnyExcept(Folding);
            // A line end alone is only taken out; white space with or without one becomes a space.
            if (value[end..next].ContainsAny((byte)' ', (byte)'\t'))
            {
                output.Write(" "u8);
            }

            value = value[next..];
        }
    }

    // The value of the b tag with all white space around it goes (RFC 6376 section 3.7).
    private static byte[] WithoutSignature(ReadOnlySpan<byte> value)
    {
        int start = 0;
        while (start < value.Length)
        {
            int end = value[start..].IndexOf((byte)';') is var at and >= 0 ? start + at : value.Length;
            int equals = value[start..end].IndexOf((byte)'=');
            if (equals >= 0 && value.Slice(start, equals).Trim(" \t\r\n"u8).SequenceEqual("b"u8))
            {
                return [.. value[..(start + equals + 1)], .. value[end..]];
            }

            start = end + 1;
        }

        return value.ToArray();
    }
}
