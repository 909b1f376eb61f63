namespace Mox.Mime;

/// <summary>
/// The grammar that Content-Type and Content-Disposition share: a word, then parameters (RFC 2045 section 5.1, RFC 2183
/// section 2).
/// Tolerant: what cannot be read is left out.
/// </summary>
internal ref struct ContentFieldParser
{
    /// <summary>Parameters, continuations counted apart, of one field; real ones have fewer than 20.</summary>
    public const int MaxParameters = 1_000;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    public ContentFieldParser(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Whether something was left out or the syntax was bent.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads <c>type/subtype</c>, in lower case; false when there is no such thing.</summary>
    public bool TryMediaType(out string type, out string subtype)
    {
        type = Token();
        subtype = "";
        SkipComments();
        if (_at < _text.Length && _text[_at] == '/')
        {
            _at++;
            subtype = Token();
        }
        return type.Length > 0 && subtype.Length > 0;
    }

    /// <summary>Reads a token in lower case; empty when there is none.</summary>
    public string Token()
    {
        SkipComments();
        var start = _at;
        while (_at < _text.Length && IsTokenChar(_text[_at]))
        {
            _at++;
        }
        return Words.Lower(_text[start.._at]);
    }

    /// <summary>Reads all parameters and joins their continuations.</summary>
    public IReadOnlyList<MimeParameter> Parameters()
    {
        List<Rfc2231.Segment>? segments = null;
        while (SkipToParameter())
        {
            var name = Token();
            SkipComments();
            if (name.Length == 0 || _at >= _text.Length || _text[_at] != '=')
            {
                IsMalformed |= _at < _text.Length || name.Length > 0;
                continue;
            }
            _at++;
            var value = Value();
            if (segments is { Count: MaxParameters })
            {
                IsMalformed = true;
                break;
            }
            (segments ??= []).Add(Rfc2231.Segment.Parse(name, value));
        }
        return segments is null ? [] : Rfc2231.Join(segments);
    }

    private bool SkipToParameter()
    {
        SkipComments();
        while (_at < _text.Length && _text[_at] != ';')
        {
            // A missing semicolon between parameters is seen; anything else that is not one is skipped.
            IsMalformed = true;
            if (_text[_at] == '"')
            {
                QuotedString();
            }
            else
            {
                _at++;
            }
        }
        _at++;
        return _at < _text.Length;
    }

    private string Value()
    {
        SkipComments();
        if (_at < _text.Length && _text[_at] == '"')
        {
            return QuotedString();
        }
        // RFC says token; spaces and other specials without quotes are seen in file names, so all up to the semicolon
        // is taken.
        var start = _at;
        var end = _text[start..].IndexOf(';');
        _at = end < 0 ? _text.Length : start + end;
        var value = _text[start.._at].Trim(" \t");
        foreach (var c in value)
        {
            IsMalformed |= !IsTokenChar(c);
        }
        return value.ToString();
    }

    private string QuotedString()
    {
        var start = ++_at;
        var end = _text[start..].IndexOfAny('"', '\\');
        if (end >= 0 && _text[start + end] == '"')
        {
            _at = start + end + 1;
            return _text.Slice(start, end).ToString();
        }
        var result = new System.Text.StringBuilder();
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '"')
            {
                _at++;
                return result.ToString();
            }
            // A backslash before what needs none is a Windows path of a careless sender: kept.
            if (c == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '"' or '\\')
            {
                c = _text[++_at];
            }
            result.Append(c);
        }
        IsMalformed = true;
        return result.ToString();
    }

    private void SkipComments()
    {
        var depth = 0;
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '(')
            {
                depth++;
            }
            else if (depth > 0)
            {
                depth -= c == ')' ? 1 : 0;
                _at += c == '\\' ? 1 : 0;
            }
            else if (c is not (' ' or '\t' or '\r' or '\n'))
            {
                return;
            }
        }
        _at = _text.Length;
        IsMalformed |= depth > 0;
    }

    // token (RFC 2045 section 5.1), with the non-ASCII that RFC 6532 leaves open.
    private static bool IsTokenChar(char c) =>
        c > ' ' && c != 0x7F && c is not ('(' or ')' or '<' or '>' or '@' or ',' or ';' or ':' or '\\' or '"' or '/' or '[' or ']' or '?' or '=');
}
