using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mox.Mime;

namespace Mox.EmailAuth.Results;

/// <summary>The field that tells readers what a server found out about a message (RFC 8601).</summary>
/// <param name="Host">The server's name for itself (authserv-id).</param>
/// <param name="Results">What it found.</param>
public sealed record AuthenticationResults(string Host, IReadOnlyList<AuthResult> Results)
{
    /// <summary>The field's name.</summary>
    public const string FieldName = "Authentication-Results";

    private const int MaxValue = 256;

    /// <summary>The field with its name, one result a line, with CRLF at its end.</summary>
    public string Compose()
    {
        var text = new StringBuilder(FieldName).Append(": ").Append(Token(Host));
        foreach (var result in Results)
        {
            text.Append(";\r\n\t").Append(Token(result.Method)).Append('=').Append(Token(result.Result));
            if (result.Comment.Length > 0)
            {
                text.Append(" (").Append(Cut(result.Comment).Replace('(', '[').Replace(')', ']').Replace('\\', '/')).Append(')');
            }

            if (result.Reason.Length > 0)
            {
                text.Append("\r\n\t\treason=").Append(Quoted(result.Reason));
            }

            foreach (var property in result.Properties)
            {
                text.Append("\r\n\t\t").Append(Token(property.Type)).Append('.').Append(Token(property.Name)).Append('=').Append(Value(property.Value));
            }
        }

        return text.Append(Results.Count == 0 ? "; none\r\n" : "\r\n").ToString();
    }

    /// <summary>Parses the value of a field.</summary>
    public static bool TryParse(string value, [NotNullWhen(true)] out AuthenticationResults? results)
    {
        var scanner = new ResultsScanner(value);
        results = scanner.TryHost(out string host) && scanner.TryResults(out var list) ? new AuthenticationResults(host, list) : null;
        return results is not null;
    }

    /// <summary>
    /// Whether a field claims to come from this host. Such a field in a message from outside is forged and has to be taken out (RFC
    /// 8601 section 5); one whose claim cannot be read is taken for forged when it has the name in it.
    /// </summary>
    public static bool ClaimsToBeFrom(HeaderField field, string host)
    {
        if (!field.Is(FieldName))
        {
            return false;
        }

        string value = field.Text();
        var scanner = new ResultsScanner(value);
        return scanner.TryHost(out string claimed)
            ? claimed.TrimEnd('.').Equals(host, StringComparison.OrdinalIgnoreCase)
            : value.Contains(host, StringComparison.OrdinalIgnoreCase);
    }

    private static string Cut(string text)
    {
        var clean = new StringBuilder();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxValue)))
        {
            clean.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return clean.ToString();
    }

    private static string Token(string text) => text.Length > 0 && text.All(IsTokenCharacter) ? text : Quoted(text);

    // A pvalue may be an address as it is.
    private static string Value(string text) => text.Length is > 0 and <= MaxValue && text.All(c => IsTokenCharacter(c) || c == '@') ? text : Quoted(text);

    private static string Quoted(string text) => $"\"{Cut(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // RFC 2045 section 5.1, without what ends values here.
    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '!' or '#' or '$' or '&' or '*' or '~';
}
