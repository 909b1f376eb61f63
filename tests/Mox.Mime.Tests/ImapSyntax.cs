using System.Globalization;
using System.Text;

namespace Mox.Mime.Tests;

/// <summary>Checks that bytes are one parenthesised list of IMAP data (RFC 9051 section 9), strictly.</summary>
internal static class ImapSyntax
{
    public static void AssertOneList(ReadOnlySpan<byte> bytes, ImapForm form)
    {
        var depth = 0;
        for (var at = 0; at < bytes.Length;)
        {
            var c = bytes[at];
            switch (c)
            {
                case (byte)'(':
                    depth++;
                    at++;
                    break;
                case (byte)')':
                    depth--;
                    at++;
                    Assert.True(depth > 0 || at == bytes.Length, "the list ends early");
                    break;
                case (byte)'"':
                    at = Quoted(bytes, at + 1, form);
                    break;
                case (byte)'{':
                    var end = at + bytes[at..].IndexOf("}\r\n"u8);
                    var length = int.Parse(Encoding.ASCII.GetString(bytes[(at + 1)..end]), CultureInfo.InvariantCulture);
                    Assert.False(bytes.Slice(end + 3, length).Contains((byte)0), "a literal has NUL");
                    at = end + 3 + length;
                    break;
                default:
                    Assert.True(c is (byte)' ' or (>= (byte)'0' and <= (byte)'9') || bytes[at..].StartsWith("NIL"u8), $"unexpected byte {c} at {at}");
                    at += bytes[at..].StartsWith("NIL"u8) ? 3 : 1;
                    break;
            }
        }
        Assert.Equal(0, depth);
        Assert.True(System.Text.Unicode.Utf8.IsValid(bytes));
    }

    private static int Quoted(ReadOnlySpan<byte> bytes, int at, ImapForm form)
    {
        var start = at;
        while (bytes[at] != '"')
        {
            Assert.False(bytes[at] is 0 or (byte)'\r' or (byte)'\n', "a quoted string has NUL, CR or LF");
            Assert.True(form == ImapForm.Utf8 || bytes[at] < 0x80, "a quoted string is not ASCII");
            at += bytes[at] == '\\' ? 2 : 1;
        }
        Assert.True(at - start <= 2 * 4_096, "a quoted string is too long");
        return at + 1;
    }
}
