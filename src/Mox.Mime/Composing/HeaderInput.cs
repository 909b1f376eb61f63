using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mox.Mime;

/// <summary>Checks and encodes what goes into headers.</summary>
internal static class HeaderInput
{
    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,.\"");
    private static readonly SearchValues<char> TokenSpecials = SearchValues.Create("()<>@,;:\\\"/[]?=");

    /// <summary>
    /// Refuses what could end the line, or cannot be shown: CR, LF, NUL and the other controls, lone surrogates.
    /// </summary>
    public static void Check(string text, string what)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
            {
                throw new ArgumentException($"{what} has a line end or another control character at {i}.", nameof(text));
            }
            if (char.IsSurrogate(text[i]))
            {
                if (!Rune.TryGetRuneAt(text, i, out _))
                {
                    throw new ArgumentException($"{what} is not valid Unicode at {i}.", nameof(text));
                }
                i++;
            }
        }
    }

    /// <summary>A token, or two with a slash between.</summary>
    public static void CheckTokens(string text, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        foreach (var range in text.AsSpan().Split('/'))
        {
            var token = text.AsSpan()[range];
            if (token.IsEmpty || token.ContainsAny(TokenSpecials) || token.ContainsAnyExceptInRange('!', '~'))
            {
                throw new ArgumentException($"{what} has what is no token: a special, a space or a control character.", nameof(text));
            }
        }
    }

    /// <summary>A text as it may stand in an unstructured field, its words below a length.</summary>
    public static string EncodeText(string text, bool allowUtf8, int maxWordLength)
    {
        var canStand = allowUtf8 ? !text.Contains("=?", StringComparison.Ordinal) : !EncodedWord.NeedsEncoding(text);
        foreach (var range in text.AsSpan().Split(' '))
        {
            canStand &= Encoding.UTF8.GetByteCount(text.AsSpan()[range]) <= maxWordLength;
        }
        // What begins or ends in a space would lose it.
        canStand &= text.Length == 0 || (text[0] != ' ' && text[^1] != ' ');
        return canStand ? text : EncodedWord.EncodeAlways(text);
    }

    /// <summary><c>Name &lt;local@domain&gt;</c>: the name as atoms, quoted, or encoded.</summary>
    public static string Mailbox(NamedAddress mailbox, string field, bool allowUtf8)
    {
        var (name, address) = mailbox;
        if (address.IsEmpty || (!allowUtf8 && !address.IsAscii))
        {
            throw new ArgumentException(
                address.IsEmpty ? $"An address of {field} is missing." : $"An address of {field} needs UTF-8.", nameof(mailbox));
        }
        var spec = allowUtf8 ? address.ToString() : address.ToAsciiString();
        if (string.IsNullOrEmpty(name))
        {
            return spec;
        }
        Check(name, $"A name of {field}");
        return $"{Phrase(name, allowUtf8)} <{spec}>";
    }

    private static string Phrase(string name, bool allowUtf8)
    {
        const int MaxPlainWord = 70;
        var encoded = EncodeText(name, allowUtf8, MaxPlainWord);
        if (!ReferenceEquals(encoded, name))
        {
            return encoded;
        }
        return name.AsSpan().ContainsAny(Specials) || name.Contains("  ", StringComparison.Ordinal)
            ? '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"'
            : name;
    }

    /// <summary>
    /// A parameter in as many pieces as it needs: token, quoted, or extended with continuations (RFC 2231 section 4.1).
    /// </summary>
    public static IEnumerable<string> Parameter(string name, string value)
    {
        const int MaxLength = 70;
        if (Ascii.IsValid(value) && name.Length + value.Length + 3 <= MaxLength && !value.Contains("=?", StringComparison.Ordinal))
        {
            yield return value.Length == 0 || value.AsSpan().ContainsAny(TokenSpecials) || value.Contains(' ', StringComparison.Ordinal)
                ? $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
                : $"{name}={value}";
            yield break;
        }
        var encoded = Rfc2231.Encode(value);
        if (name.Length + encoded.Length + 2 <= MaxLength)
        {
            yield return $"{name}*={encoded}";
            yield break;
        }
        var index = 0;
        for (var at = 0; at < encoded.Length; index++)
        {
            var length = Math.Min(encoded.Length - at, Math.Max(MaxLength - name.Length - 8, 12));
            // Not inside a percent escape.
            var percent = encoded.AsSpan(at, length).LastIndexOf('%');
            if (percent > length - 3 && at + length < encoded.Length)
            {
                length = percent;
            }
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}*{index}*={encoded.AsSpan(at, length)}");
            at += length;
        }
    }
}
