using System.Text;

namespace Mox.Mime;

/// <summary>Bytes of a header value to text.</summary>
internal static class HeaderText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const int StackBytes = 512;

    /// <summary>Removes line ends, trims, and decodes: UTF-8 if all of it is that (RFC 6532), else Latin-1.</summary>
    public static string Unfold(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        if (!value.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return Decode(value);
        }
        var buffer = value.Length <= StackBytes ? stackalloc byte[StackBytes] : new byte[value.Length];
        var length = 0;
        while (true)
        {
            var end = value.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                break;
            }
            value[..end].CopyTo(buffer[length..]);
            length += end;
            value = value[(end + 1)..];
        }
        value.CopyTo(buffer[length..]);
        return Decode(buffer[..(length + value.Length)]);
    }

    /// <summary>UTF-8 if all of it is that, else Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => (Ascii.IsValid(bytes), bytes.IsEmpty) switch
    {
        (_, true) => "",
        (true, _) => Encoding.ASCII.GetString(bytes),
        _ => System.Text.Unicode.Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : Encoding.Latin1.GetString(bytes),
    };
}
