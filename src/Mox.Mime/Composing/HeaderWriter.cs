using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>
/// Writes header fields, folded at 78 characters (RFC 5322 section 2.1.1), encoded as they need. Refuses what would
/// begin another field.
/// </summary>
/// <param name="output">Where the bytes go.</param>
/// <param name="allowUtf8">Whether UTF-8 may stand as it is (RFC 6532), for a message that goes with SMTPUTF8.</param>
public sealed class HeaderWriter(IBufferWriter<byte> output, bool allowUtf8 = false)
{
    private const int SoftLimit = 78;
    // 998 without CRLF (RFC 5322 section 2.1.1); what cannot be folded must stay below.
    private const int HardLimit = 998;

    /// <summary>Writes a field whose value is already in its grammar; it is folded at spaces only.</summary>
    /// <exception cref="ArgumentException">
    /// The name is no field name, or the value has a control character, a word too long or, unless allowed, UTF-8.
    /// </exception>
    public void Field(string name, string value)
    {
        CheckName(name);
        HeaderInput.Check(value, name);
        if (!allowUtf8 && !Ascii.IsValid(value))
        {
            throw new ArgumentException($"The value of {name} is not ASCII.", nameof(value));
        }
        Fold(name, value);
    }

    /// <summary>Writes a text for people, such as Subject: encoded words where needed (RFC 2047).</summary>
    /// <exception cref="ArgumentException">The text has a control character.</exception>
    public void Text(string name, string text)
    {
        CheckName(name);
        HeaderInput.Check(text, name);
        Fold(name, HeaderInput.EncodeText(text, allowUtf8, HardLimit / 2));
    }

    /// <summary>Writes an address list. Nothing is written for an empty one, since such a field is no field.</summary>
    /// <exception cref="ArgumentException">
    /// A display name has a control character, or an address needs UTF-8 that is not allowed.
    /// </exception>
    public void Addresses(string name, IReadOnlyList<NamedAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        CheckName(name);
        if (addresses.Count == 0)
        {
            return;
        }
        var value = new StringBuilder();
        foreach (var address in addresses)
        {
            value.Append(value.Length > 0 ? ", " : "").Append(HeaderInput.Mailbox(address, name, allowUtf8));
        }
        Fold(name, value.ToString());
    }

    /// <summary>
    /// Writes a word with parameters, such as Content-Type: quoted, or extended and continued, where needed (RFC 2231).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The word or a parameter's name is no token, or a value has a control character.
    /// </exception>
    public void Parameters(string name, string word, IEnumerable<(string Name, string Value)> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckName(name);
        HeaderInput.CheckTokens(word, name);
        var value = new StringBuilder(word);
        foreach (var (parameter, text) in parameters)
        {
            HeaderInput.CheckTokens(parameter, name);
            HeaderInput.Check(text, parameter);
            foreach (var piece in HeaderInput.Parameter(parameter, text))
            {
                value.Append("; ").Append(piece);
            }
        }
        Fold(name, value.ToString());
    }

    /// <summary>Writes the empty line that ends the header.</summary>
    public void End() => output.Write("\r\n"u8);

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Ascii.IsValid(name) || !HeaderSyntax.IsFieldName(Encoding.ASCII.GetBytes(name)) || name.AsSpan().ContainsAny(" \t"))
        {
            throw new ArgumentException("The name is not one of a header field.", nameof(name));
        }
    }

    private void Fold(string name, string value)
    {
        Write(name);
        output.Write(":"u8);
        var column = name.Length + 1;
        var isFirst = true;
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            // A word with the spaces before it. A line of spaces only would be taken for the end of the header, so they
            // stay with the word.
            var start = rest.IndexOfAnyExcept(' ');
            if (start < 0)
            {
                break; // spaces at the end say nothing
            }
            var length = rest[start..].IndexOf(' ');
            length = length < 0 ? rest.Length : start + length;
            var piece = rest[..length];
            rest = rest[length..];
            var width = Encoding.UTF8.GetByteCount(piece);
            var lead = isFirst ? 1 - Math.Min(start, 1) : 0;
            if (column + width + lead > SoftLimit && !isFirst)
            {
                output.Write("\r\n"u8);
                column = 0;
            }
            if (column + width + lead > HardLimit)
            {
                throw new ArgumentException($"A word of {name} is too long for a header line.", nameof(value));
            }
            // The first word follows the colon and a space; a folded one begins with the spaces that it had.
            Write(lead > 0 ? " " : "");
            Write(piece);
            column += width + lead;
            isFirst = false;
        }
        output.Write("\r\n"u8);
    }

    private void Write(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
