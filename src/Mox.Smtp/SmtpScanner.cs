using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Mox.Addresses;

namespace Mox.Smtp;

/// <summary>A cursor over one SMTP command line without its CRLF; methods are named after the grammar (RFC 5321 section 4.1.2).</summary>
/// <remarks>Each method takes its production or throws <see cref="SmtpReplyException"/> with the position; <c>Try</c> where absence is normal.</remarks>
public ref struct SmtpScanner
{
    /// <summary>Longest path with its brackets (RFC 5321 section 4.5.3.1.3).</summary>
    public const int MaxPathBytes = 256;

    /// <summary>Longest domain (RFC 5321 section 4.5.3.1.2).</summary>
    public const int MaxDomainBytes = 255;

    /// <summary>Longest local part: twice what RFC 5321 section 4.5.3.1.1 asks for; strictly 64.</summary>
    public const int MaxLocalPartBytes = 128;

    private const int MaxStrictLocalPartBytes = 64;

    // esmtp-keyword (RFC 5321 section 4.1.2).
    private static readonly SearchValues<byte> Keyword =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // What ends a local part that is not quoted, or cannot stand in it.
    private static readonly SearchValues<byte> LocalPartEnd = SearchValues.Create("@>:,<()[]\\;\" \t\0\r\n"u8);

    // Letters, digits, hyphen, dot; the underscore of many real names (Domain decides); UTF-8 is checked apart.
    private static readonly SearchValues<byte> DomainBytes =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly ReadOnlySpan<byte> _line;
    private int _at;

    /// <summary>A cursor at the start of <paramref name="line"/>.</summary>
    /// <param name="line">The command without CRLF.</param>
    /// <param name="isPedantic">Takes the grammar by the letter.</param>
    public SmtpScanner(ReadOnlySpan<byte> line, bool isPedantic = false)
    {
        _line = line;
        IsPedantic = isPedantic;
    }

    /// <summary>Where the cursor stands.</summary>
    public readonly int Position => _at;

    /// <summary>The grammar is taken by the letter.</summary>
    public readonly bool IsPedantic { get; }

    /// <summary>The line comes from a mail client, on a listener for submission. Default false.</summary>
    public bool IsSubmission { get; init; }

    /// <summary>Clients are forgiven more than servers, unless the grammar is strict.</summary>
    public readonly bool IsForgiving => IsSubmission && !IsPedantic;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _at >= _line.Length;

    private readonly ReadOnlySpan<byte> Rest => _line[_at..];

    /// <summary>The command word: letters and digits up to a space or the end; empty when the line starts otherwise.</summary>
    public ReadOnlySpan<byte> Verb()
    {
        int length = Rest.IndexOfAnyExcept(Keyword);
        length = length < 0 ? Rest.Length : length;
        var verb = Rest[..length];
        _at += length;
        return IsAtEnd || Rest[0] == ' ' ? verb : default;
    }

    /// <summary>All up to a space or the end; perhaps nothing.</summary>
    public ReadOnlySpan<byte> Word()
    {
        int length = Rest.IndexOf((byte)' ');
        var word = length < 0 ? Rest : Rest[..length];
        _at += word.Length;
        return word;
    }

    /// <summary>One space; more than one is taken too unless the grammar is strict.</summary>
    public void Space()
    {
        if (!TrySpace())
        {
            throw SmtpReplyException.Syntax(IsAtEnd ? "expected a space and an argument" : "expected a space", _at);
        }
    }

    /// <summary>Takes a space if there is one.</summary>
    public bool TrySpace()
    {
        if (IsAtEnd || Rest[0] != ' ')
        {
            return false;
        }
        _at++;
        while (!IsPedantic && !IsAtEnd && Rest[0] == ' ')
        {
            _at++;
        }
        return true;
    }

    /// <summary>The end of the line. White space before it is taken too unless the grammar is strict.</summary>
    public void End()
    {
        if (!IsPedantic)
        {
            int text = Rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
            _at = text < 0 ? _line.Length : _at + text;
        }
        if (!IsAtEnd)
        {
            throw SmtpReplyException.Syntax("expected the end of the command", _at);
        }
    }

    /// <summary>Takes a fixed word in any case, or throws.</summary>
    public void Literal(ReadOnlySpan<byte> word)
    {
        if (!TryLiteral(word))
        {
            throw SmtpReplyException.Syntax($"expected \"{Encoding.ASCII.GetString(word)}\"", _at);
        }
    }

    /// <summary>Takes a fixed word in any case if it is next.</summary>
    public bool TryLiteral(ReadOnlySpan<byte> word)
    {
        if (Rest.Length < word.Length || !Ascii.EqualsIgnoreCase(Rest[..word.Length], word))
        {
            return false;
        }
        _at += word.Length;
        return true;
    }

    /// <summary>The rest of the line as text; what is not UTF-8 becomes the replacement character.</summary>
    public string Remainder()
    {
        string text = Encoding.UTF8.GetString(Rest);
        _at = _line.Length;
        return text;
    }

    /// <summary><c>Reverse-path = Path / "&lt;&gt;"</c>.</summary>
    public ReversePath ReversePath()
    {
        if (TryLiteral("<>"u8))
        {
            return Mox.Smtp.ReversePath.Null;
        }
        int start = _at;
        bool isBare = OpenPath();
        var localPart = LocalPart();
        Byte((byte)'@');
        var host = Host(allowUntagged: IsForgiving);
        ClosePath(start, isBare);
        return new ReversePath(new SmtpMailbox(localPart, host));
    }

    /// <summary><c>Forward-path = Path / "&lt;Postmaster&gt;"</c>, the latter in any case (RFC 5321 section 4.1.1.3).</summary>
    public ForwardPath ForwardPath()
    {
        int start = _at;
        bool isBare = OpenPath();
        var localPart = LocalPart();
        if ((isBare ? IsAtEnd : !IsAtEnd && Rest[0] == '>') && localPart.Value.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
        {
            ClosePath(start, isBare);
            return new ForwardPath(localPart, null);
        }
        Byte((byte)'@');
        var host = Host(allowUntagged: IsForgiving);
        ClosePath(start, isBare);
        return new ForwardPath(localPart, host);
    }

    /// <summary><c>Local-part = Dot-string / Quoted-string</c>, with UTF-8 (RFC 6531 section 3.3).</summary>
    public LocalPart LocalPart()
    {
        int start = _at;
        var raw = !IsAtEnd && Rest[0] == '"' ? QuotedString() : Unquoted();
        // The limit counts what was sent (RFC 5321 section 4.5.3.1.1).
        int max = IsPedantic ? MaxStrictLocalPartBytes : MaxLocalPartBytes;
        if (raw.Length > max)
        {
            throw new SmtpReplyException(501, 5, 1, 3, $"local part longer than {max} octets");
        }
        if (!Utf8.IsValid(raw))
        {
            throw SmtpReplyException.Syntax("local part is not UTF-8", start);
        }
        if (!Mox.Addresses.LocalPart.TryParse(Encoding.UTF8.GetString(raw), out var localPart, out string? problem))
        {
            throw SmtpReplyException.Syntax($"bad local part: {problem},", start);
        }
        return localPart;
    }

    /// <summary><c>Domain / address-literal</c>, of a path or of EHLO.</summary>
    /// <param name="allowUntagged">Takes an IPv6 literal without its tag too, unless the grammar is strict.</param>
    public SmtpHost Host(bool allowUntagged)
    {
        int start = _at;
        if (!IsAtEnd && Rest[0] == '[')
        {
            int close = Rest.IndexOf((byte)']');
            if (close < 0 || !AddressLiteral.TryParse(Rest[1..close], allowUntagged && !IsPedantic, out var address))
            {
                throw SmtpReplyException.Syntax("bad address literal", start);
            }
            _at += close + 1;
            return new SmtpHost(address);
        }
        var raw = DomainText();
        // A trailing dot belongs to DNS, not to mail addresses (RFC 5321 section 2.3.5).
        if (raw.IsEmpty || raw.Length > MaxDomainBytes || raw[^1] == '.' || !Utf8.IsValid(raw)
            || !Domain.TryParse(Encoding.UTF8.GetString(raw), out var domain))
        {
            throw SmtpReplyException.Syntax("bad domain", start);
        }
        return new SmtpHost(domain);
    }

    /// <summary>
    /// The argument of HELO and EHLO. Unless the grammar is strict, names that are no host names (underscores) and untagged IPv6
    /// literals are taken too: many clients only say what their machine is called.
    /// </summary>
    public SmtpHost HelloHost()
    {
        int start = _at;
        if (IsPedantic || (!IsAtEnd && Rest[0] == '['))
        {
            return Host(allowUntagged: true);
        }
        var raw = DomainText();
        return raw.Length is > 0 and <= MaxDomainBytes && Utf8.IsValid(raw)
            && Domain.TryParseLax(Encoding.UTF8.GetString(raw).TrimEnd('.'), out var domain)
                ? new SmtpHost(domain)
                : throw SmtpReplyException.Syntax("expected the name or address literal of the client", start);
    }

    /// <summary>What is left as the argument of HELO and EHLO, whatever it is; the default when it is no host. Only for clients, who may not know their name.</summary>
    public SmtpHost AnyHelloHost()
    {
        try
        {
            Space();
            var host = HelloHost();
            End();
            return host;
        }
        catch (SmtpReplyException)
        {
            _at = _line.Length;
            return default;
        }
    }

    /// <summary><c>esmtp-param</c>: a keyword and, after <c>=</c>, its value (RFC 5321 section 4.1.2). False at the end of the line.</summary>
    public bool TryParameter(out ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        keyword = value = default;
        hasValue = false;
        if (IsAtEnd)
        {
            return false;
        }
        Space();
        if (IsAtEnd)
        {
            if (IsPedantic)
            {
                throw SmtpReplyException.Syntax("expected a parameter", _at);
            }
            return false;
        }
        int length = Rest.IndexOfAnyExcept(Keyword);
        length = length < 0 ? Rest.Length : length;
        if (length == 0 || Rest[0] == '-')
        {
            throw SmtpReplyException.Syntax("expected a parameter", _at);
        }
        keyword = Rest[..length];
        _at += length;
        if (IsAtEnd || Rest[0] != '=')
        {
            return true;
        }
        _at++;
        hasValue = true;
        value = ParameterValue();
        return true;
    }

    /// <summary>Digits without sign, at most <paramref name="max"/>.</summary>
    public long Number(long max)
    {
        int start = _at;
        long value = 0;
        while (!IsAtEnd && char.IsAsciiDigit((char)Rest[0]))
        {
            int digit = Rest[0] - '0';
            if (value > (max - digit) / 10)
            {
                throw SmtpReplyException.Syntax("number too large", start);
            }
            value = value * 10 + digit;
            _at++;
        }
        return _at > start ? value : throw SmtpReplyException.Syntax("expected a number", start);
    }

    /// <summary>True when <paramref name="text"/> is <c>xtext</c>: printable but for + and =, with +HEXHEX for the rest (RFC 3461 section 4).</summary>
    public static bool IsXText(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '+')
            {
                if (i + 2 >= text.Length || !IsUpperHex(text[i + 1]) || !IsUpperHex(text[i + 2]))
                {
                    return false;
                }
                i += 2;
            }
            else if (text[i] is < 33 or > 126 or (byte)'=')
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsUpperHex(byte b) => b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'F');

    private void Byte(byte expected)
    {
        if (IsAtEnd || Rest[0] != expected)
        {
            throw SmtpReplyException.Syntax($"expected \"{(char)expected}\"", _at);
        }
        _at++;
    }

    // "<" [ A-d-l ":" ]: a source route is taken and ignored (RFC 5321 section 4.1.1.3). True for a path without brackets.
    private bool OpenPath()
    {
        if (IsForgiving && !IsAtEnd && Rest[0] != '<')
        {
            // RFC demands brackets; scripts and devices forget them.
            return true;
        }
        Byte((byte)'<');
        if (IsAtEnd || Rest[0] != '@')
        {
            return false;
        }
        do
        {
            Byte((byte)'@');
            Host(allowUntagged: false);
        }
        while (TryLiteral(","u8));
        Byte((byte)':');
        return false;
    }

    private void ClosePath(int start, bool isBare)
    {
        if (!isBare)
        {
            Byte((byte)'>');
        }
        if (_at - start > MaxPathBytes)
        {
            throw new SmtpReplyException(501, 5, 1, 3, $"path longer than {MaxPathBytes} octets");
        }
    }

    private ReadOnlySpan<byte> Unquoted()
    {
        int length = Rest.IndexOfAny(LocalPartEnd);
        length = length < 0 ? Rest.Length : length;
        var raw = Rest[..length];
        _at += length;
        return raw;
    }

    private ReadOnlySpan<byte> QuotedString()
    {
        int start = _at;
        _at++;
        while (!IsAtEnd && Rest[0] != '"')
        {
            _at += Rest[0] == '\\' ? 2 : 1;
        }
        if (_at >= _line.Length)
        {
            _at = _line.Length;
            throw SmtpReplyException.Syntax("quoted string without an end", start);
        }
        _at++;
        return _line[start.._at];
    }

    private ReadOnlySpan<byte> DomainText()
    {
        int length = 0;
        while (length < Rest.Length && (Rest[length] >= 0x80 || DomainBytes.Contains(Rest[length])))
        {
            length++;
        }
        var raw = Rest[..length];
        _at += length;
        return raw;
    }

    // esmtp-value = 1*(%d33-60 / %d62-126), and UTF-8 (RFC 6531 section 3.3).
    private ReadOnlySpan<byte> ParameterValue()
    {
        int length = 0;
        while (length < Rest.Length && Rest[length] is > 32 and not (byte)'=' and not 127)
        {
            length++;
        }
        if (length == 0)
        {
            throw SmtpReplyException.Syntax("expected a value", _at);
        }
        var value = Rest[..length];
        _at += length;
        return value;
    }
}
