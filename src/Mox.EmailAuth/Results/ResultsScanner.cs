using System.Text;

namespace Mox.EmailAuth.Results;

/// <summary>Reads the value of Authentication-Results (RFC 8601 section 2.2): words, and comments between them.</summary>
internal sealed class ResultsScanner(string text)
{
    private const int MaxResults = 100;
    private const int MaxProperties = 20;

    private int _at;

    /// <summary>authserv-id [ CFWS authres-version ]</summary>
    public bool TryHost(out string host)
    {
        if (!SkipComments(out _) || !TryValue(out host) || !SkipComments(out _))
        {
            host = "";
            return false;
        }

        return AtEnd || Peek == ';' || (TryValue(out string version) && version == "1" && SkipComments(out _));
    }

    /// <summary>1*resinfo, or "none".</summary>
    public bool TryResults(out List<AuthResult> results)
    {
        results = [];
        while (!AtEnd)
        {
            if (!Take(';') || !SkipComments(out _))
            {
                return false;
            }

            if (AtEnd)
            {
                break;
            }

            if (results.Count == MaxResults || !TryResult(out var result))
            {
                return false;
            }

            if (result is not null)
            {
                results.Add(result);
            }
        }

        return true;
    }

    private bool AtEnd => _at >= text.Length;

    private char Peek => text[_at];

    private bool TryResult(out AuthResult? result)
    {
        result = null;
        if (!TryMethod(out string method) || !SkipComments(out _))
        {
            return false;
        }

        if (method.Equals("none", StringComparison.OrdinalIgnoreCase) && (AtEnd || Peek == ';'))
        {
            return true;
        }

        // Method [ CFWS "/" CFWS version ]
        if (Take('/') && !(SkipComments(out _) && TryValue(out _) && SkipComments(out _)))
        {
            return false;
        }

        if (!Take('=') || !SkipComments(out _) || !TryValue(out string word) || !SkipComments(out string comment))
        {
            return false;
        }

        List<AuthProperty> properties = [];
        string reason = "";
        while (!AtEnd && Peek != ';')
        {
            if (properties.Count == MaxProperties || !TryValue(out string name) || !SkipComments(out _) || !Take('=') || !SkipComments(out _)
                || !TryValue(out string value) || !SkipComments(out _))
            {
                return false;
            }

            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0)
            {
                properties.Add(new AuthProperty(name[..dot].ToLowerInvariant(), name[(dot + 1)..].ToLowerInvariant(), value));
            }
            else if (name.Equals("reason", StringComparison.OrdinalIgnoreCase))
            {
                reason = value;
            }
            else
            {
                return false;
            }
        }

        result = new AuthResult(method.ToLowerInvariant(), word.ToLowerInvariant()) { Comment = comment, Reason = reason, Properties = properties };
        return true;
    }

    private bool TryMethod(out string method)
    {
        int start = _at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(Peek) || Peek is '-' or '_'))
        {
            _at++;
        }

        method = text[start.._at];
        return method.Length > 0;
    }

    // A token, an address, or a quoted string.
    private bool TryValue(out string value)
    {
        if (!AtEnd && Peek == '"')
        {
            return TryQuoted(out value);
        }

        int start = _at;
        while (!AtEnd && Peek is > ' ' and not (';' or '=' or '(' or ')' or '"' or ',' or '<' or '>' or '\x7f'))
        {
            _at++;
        }

        value = text[start.._at];
        return value.Length > 0;
    }

    private bool TryQuoted(out string value)
    {
        var unquoted = new StringBuilder();
        for (_at++; !AtEnd && Peek != '"'; _at++)
        {
            _at += Peek == '\\' && _at + 1 < text.Length ? 1 : 0;
            unquoted.Append(Peek);
        }

        value = unquoted.ToString();
        return Take('"');
    }

    // White space and comments; the text of the last comment. False when one does not end.
    private bool SkipComments(out string comment)
    {
        comment = "";
        while (!AtEnd && (char.IsWhiteSpace(Peek) || Peek == '('))
        {
            if (Peek != '(')
            {
                _at++;
                continue;
            }

            int start = ++_at;
            int depth = 1;
            for (; !AtEnd; _at++)
            {
                depth += Peek == '(' ? 1 : Peek == ')' ? -1 : 0;
                if (depth == 0)
                {
                    break;
                }

                _at += Peek == '\\' ? 1 : 0;
            }

            if (AtEnd)
            {
                return false;
            }

            comment = text[start.._at++];
        }

        return true;
    }

    private bool Take(char c)
    {
        bool isThere = !AtEnd && Peek == c;
        _at += isThere ? 1 : 0;
        return isThere;
    }
}
