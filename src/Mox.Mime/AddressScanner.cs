using System.Text;

namespace Mox.Mime;

/// <summary>
/// The cursor under <see cref="AddressListParser"/>: one entry after another, each character looked at once.
/// </summary>
internal ref struct AddressScanner(string text)
{
    // An encoded word may be no longer than 75; careless senders exceed it.
    private const int MaxEncodedWord = 256;

    private readonly string _text = text;
    private int _at;
    private StringBuilder? _name;  // display name, or the whole entry while its kind is unknown
    private StringBuilder? _local; // the same without white space, up to the @
    private string? _comment;

    /// <summary>Reads the next entry; false at the end.</summary>
    public bool Next(bool inGroup, out EmailAddress entry)
    {
        entry = default;
        (_name ??= new StringBuilder()).Clear();
        (_local ??= new StringBuilder()).Clear();
        _comment = null;
        string? host = null;
        for (var space = false; _at < _text.Length;)
        {
            var c = _text[_at];
            switch (c)
            {
                case ' ' or '\t' or '\r' or '\n':
                    space = true;
                    _at++;
                    continue;
                case '(':
                    _comment = Comment();
                    space = true;
                    continue;
                case ',':
                    _at++;
                    if (Finish(host, ref entry))
                    {
                        return true;
                    }
                    (host, space) = (null, false);
                    continue;
                case ';':
                    if (Finish(host, ref entry))
                    {
                        return true; // the semicolon is read again, for the group
                    }
                    _at++;
                    if (inGroup)
                    {
                        entry = new EmailAddress { Kind = EmailAddressKind.GroupEnd };
                        return true;
                    }
                    (host, space) = (null, false);
                    continue;
                case ':' when !inGroup && host is null:
                    _at++;
                    entry = new EmailAddress { Kind = EmailAddressKind.GroupStart, NameText = _name.ToString() };
                    return true;
                case '<':
                    entry = Angle();
                    return true;
                case '"':
                    Append(QuotedString(), ref space, host is null);
                    continue;
                case '@' when host is null:
                    _at++;
                    _name.Append('@');
                    host = Host();
                    _name.Append(host);
                    continue;
                default:
                    Append(Atom(), ref space, host is null);
                    continue;
            }
        }
        return Finish(host, ref entry);
    }

    private readonly void Append(ReadOnlySpan<char> word, ref bool space, bool isLocal)
    {
        if (space && _name!.Length > 0)
        {
            _name.Append(' ');
        }
        space = false;
        _name!.Append(word);
        if (isLocal)
        {
            _local!.Append(word);
        }
    }

    /// <summary>
    /// An entry without angle brackets; a comment beside it is its name (RFC 5322 section 3.4, last note).
    /// </summary>
    private bool Finish(string? host, ref EmailAddress entry)
    {
        if (_name!.Length == 0 && host is null)
        {
            _comment = null;
            return false;
        }
        entry = new EmailAddress { Mailbox = _local!.ToString(), Host = string.IsNullOrEmpty(host) ? null : host, NameText = _comment };
        return true;
    }

    private EmailAddress Angle()
    {
        _at++;
        var local = _local!.Clear();
        string? route = null;
        string? host = null;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '>')
            {
                _at++;
                break;
            }
            if (c is '<' or ';' || (c == ',' && (local.Length > 0 || host is not null)))
            {
                break; // the closing bracket is missing
            }
            if (c == '@' && local.Length == 0 && host is null && route is null)
            {
                route = Route();
            }
            else if (c == '@' && host is null)
            {
                _at++;
                host = Host();
            }
            else if (c == '"')
            {
                var word = QuotedString();
                if (host is null)
                {
                    local.Append(word);
                }
            }
            else if (c == '(')
            {
                _comment = Comment();
            }
            else if (c is ' ' or '\t' or '\r' or '\n' or ',')
            {
                _at++;
            }
            else
            {
                var word = Atom();
                if (host is null)
                {
                    local.Append(word);
                }
            }
        }
        SkipToSeparator();
        return new EmailAddress
        {
            Route = route,
            Mailbox = local.ToString(),
            Host = string.IsNullOrEmpty(host) ? null : host,
            NameText = _name!.Length > 0 ? _name.ToString() : _comment,
        };
    }

    /// <summary><c>@a,@b:</c> before the address; a lone <c>@host</c> without localpart is no route.</summary>
    private string? Route()
    {
        var start = _at;
        var end = _text.AsSpan(start).IndexOfAny(":>\"<");
        if (end < 0 || _text[start + end] != ':')
        {
            _at++;
            return null;
        }
        _at = start + end + 1;
        return _text[start..(start + end)];
    }

    private void SkipToSeparator()
    {
        while (_at < _text.Length && _text[_at] is not (',' or ';'))
        {
            if (_text[_at] == '(')
            {
                Comment();
            }
            else if (_text[_at] == '"')
            {
                QuotedString();
            }
            else
            {
                _at++;
            }
        }
        if (_at < _text.Length && _text[_at] == ',')
        {
            _at++;
        }
    }

    private string Host()
    {
        StringBuilder? joined = null;
        var word = "";
        SkipSpaceAndComments();
        while (_at < _text.Length)
        {
            var start = _at;
            if (_text[_at] == '[')
            {
                var close = _text.IndexOfAny([']', '>', ','], _at);
                _at = close < 0 ? _text.Length : _text[close] == ']' ? close + 1 : close;
            }
            else
            {
                while (_at < _text.Length && !IsHostEnd(_text[_at]))
                {
                    _at++;
                }
            }
            if (_at > start)
            {
                // One piece is the rule; white space and comments between the labels are obsolete.
                joined = word.Length == 0 ? joined : (joined ?? new StringBuilder(word)).Append(_text, start, _at - start);
                word = word.Length == 0 ? _text[start.._at] : word;
            }
            var spaces = SkipSpaceAndComments();
            if (_at >= _text.Length || (IsHostEnd(_text[_at]) && _text[_at] != '[')
                || (spaces && _text[_at] != '.' && !(joined is { Length: > 0 } ? joined[^1] == '.' : word.EndsWith('.'))))
            {
                break;
            }
        }
        return joined?.ToString() ?? word;
    }

    private bool SkipSpaceAndComments()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n' or '(')
        {
            if (_text[_at] == '(')
            {
                _comment = Comment();
            }
            else
            {
                _at++;
            }
        }
        return _at > start;
    }

    private static bool IsHostEnd(char c) => c is ' ' or '\t' or '\r' or '\n' or ',' or ';' or '<' or '>' or '(' or '"' or '[' or ':';

    private ReadOnlySpan<char> Atom()
    {
        var start = _at;
        if (EncodedWordLength() is > 0 and var length)
        {
            _at += length;
            return _text.AsSpan(start, length);
        }
        _at++;
        while (_at < _text.Length && _text[_at] is not (' ' or '\t' or '\r' or '\n' or ',' or ';' or ':' or '<' or '>' or '(' or '"' or '@' or '='))
        {
            _at++;
        }
        return _text.AsSpan(start, _at - start);
    }

    /// <summary>
    /// The length of the encoded word here, which may wrongly have commas or brackets in it; 0 when there is none.
    /// </summary>
    private readonly int EncodedWordLength()
    {
        var rest = _text.AsSpan(_at, Math.Min(MaxEncodedWord, _text.Length - _at));
        if (!rest.StartsWith("=?"))
        {
            return 0;
        }
        var length = 2;
        for (var marks = 0; marks < 2; marks++)
        {
            var mark = rest[length..].IndexOf('?');
            if (mark < 0)
            {
                return 0;
            }
            length += mark + 1;
        }
        var end = rest[length..].IndexOf("?=");
        return end < 0 || rest[..(length + end)].ContainsAny(" \t\r\n") ? 0 : length + end + 2;
    }

    private string QuotedString()
    {
        var start = ++_at;
        var end = _text.AsSpan(start).IndexOfAny('"', '\\');
        if (end >= 0 && _text[start + end] == '"')
        {
            _at = start + end + 1;
            return _text.Substring(start, end);
        }
        return Quoted('"', '"');
    }

    private string Comment()
    {
        _at++;
        return Quoted('(', ')').Trim();
    }

    /// <summary>
    /// Text up to the closing character, which may nest when it is not the opening one; backslashes quote.
    /// </summary>
    private string Quoted(char open, char close)
    {
        var result = new StringBuilder();
        for (var depth = 1; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == close && --depth == 0)
            {
                _at++;
                break;
            }
            if (c == open && open != close)
            {
                depth++;
            }
            if (c == '\\' && _at + 1 < _text.Length)
            {
                c = _text[++_at];
            }
            result.Append(c);
        }
        return result.ToString();
    }
}
