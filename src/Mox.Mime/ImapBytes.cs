using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>Writes IMAP data: strings in the shortest form that the client takes (RFC 9051 section 4.3).</summary>
internal sealed class ImapBytes(ImapForm form)
{
    private const int MaxQuotedBytes = 4_096;

    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public bool IsRev1 => form == ImapForm.Rev1;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void Number(long value)
    {
        value.TryFormat(_bytes.GetSpan(20), out var written, default, null);
        _bytes.Advance(written);
    }

    /// <summary>A string, or NIL for null.</summary>
    public void NString(string? text)
    {
        if (text is null)
        {
            Raw("NIL"u8);
        }
        else
        {
            String(text);
        }
    }

    /// <summary>A string, or NIL for null, that may be given as encoded words where it cannot stand as it is.</summary>
    public void NText(string? text)
    {
        var canStand = text is null || form == ImapForm.Utf8 || Ascii.IsValid(text);
        NString(canStand ? text : EncodedWord.Encode(Clean(text!)));
    }

    /// <summary>A string: quoted if it can be, else a literal.</summary>
    public void String(string text)
    {
        text = Clean(text);
        var length = Encoding.UTF8.GetByteCount(text);
        if (length > MaxQuotedBytes || (form == ImapForm.Rev1 && length != text.Length))
        {
            Raw("{"u8);
            Number(length);
            Raw("}\r\n"u8);
            _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length)));
            return;
        }
        Raw("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAny('"', '\\') is >= 0 and var special)
        {
            Utf8(rest[..special]);
            Raw("\\"u8);
            Utf8(rest.Slice(special, 1));
            rest = rest[(special + 1)..];
        }
        Utf8(rest);
        Raw("\""u8);
    }

    private void Utf8(ReadOnlySpan<char> text)
    {
        var span = _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _bytes.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    // No string may have NUL; CR and LF of what was folded are gone already, but may have been quoted or
    // percent-encoded.
    private static string Clean(string text) => text.AsSpan().ContainsAny('\0', '\r', '\n')
        ? text.Replace("\0", "", StringComparison.Ordinal).Replace('\r', ' ').Replace('\n', ' ')
        : text;
}
