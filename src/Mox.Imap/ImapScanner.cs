using System.Buffers.Text;
using System.Text;

namespace Mox.Imap;

/// <summary>
/// A cursor over one framed command: its lines and literals in one piece, without the CRLF at the end. Methods are named after
/// the grammar (RFC 3501 section 9); each takes its production or throws <see cref="ImapSyntaxException"/>.
/// </summary>
/// <remarks>Nothing here recurses; parsers that nest keep their own depth.</remarks>
internal ref struct ImapScanner(ReadOnlySpan<byte> input, bool utf8Enabled = false, bool uidOnly = false)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>How far the cursor has come.</summary>
    public int Position { get; private set; }

    /// <summary>Whether mailbox names are UTF-8 (UTF8=ACCEPT, RFC 6855 section 3), not modified UTF-7.</summary>
    public bool Utf8Enabled { get; } = utf8Enabled;

    /// <summary>Whether sequence numbers are refused (UIDONLY, RFC 9586 section 3.4).</summary>
    public bool UidOnly { get; } = uidOnly;

    public readonly bool AtEnd => Position == _input.Length;

    /// <summary>The whole command.</summary>
    public readonly ReadOnlySpan<byte> All => _input;

    public readonly ReadOnlySpan<byte> Rest => _input[Position..];

    /// <summary>The syntax error for this place.</summary>
    public readonly ImapSyntaxException Expected(string what) => new("expected " + what, Position);

    public void End()
    {
        if (!AtEnd)
        {
            throw Expected("end of command");
        }
    }

    public void Space()
    {
        if (!TryByte((byte)' '))
        {
            throw Expected("a space");
        }
    }

    public bool TrySpace() => TryByte((byte)' ');

    public readonly bool Peek(byte b) => Position < _input.Length && _input[Position] == b;

    public bool TryByte(byte b)
    {
        if (!Peek(b))
        {
            return false;
        }
        Position++;
        return true;
    }

    public void Byte(byte b)
    {
        if (!TryByte(b))
        {
            throw Expected($"\"{(char)b}\"");
        }
    }

    /// <summary>Takes exactly these characters, in any case; what follows is not looked at.</summary>
    public bool TryText(ReadOnlySpan<byte> text)
    {
        if (Rest.Length < text.Length || !Ascii.EqualsIgnoreCase(Rest[..text.Length], text))
        {
            return false;
        }
        Position += text.Length;
        return true;
    }

    /// <summary>Takes a whole atom if it is this word, in any case.</summary>
    public bool TryWord(ReadOnlySpan<byte> word)
    {
        int length = AtomLength();
        if (length != word.Length || !Ascii.EqualsIgnoreCase(Rest[..length], word))
        {
            return false;
        }
        Position += length;
        return true;
    }

    public ReadOnlySpan<byte> Tag()
    {
        int length = Rest.IndexOfAnyExcept(ImapGrammar.TagChar);
        length = length < 0 ? Rest.Length : length;
        if (length == 0)
        {
            throw Expected("a tag");
        }
        return Take(length);
    }

    public ReadOnlySpan<byte> Atom()
    {
        int length = AtomLength();
        if (length == 0)
        {
            throw Expected("an atom");
        }
        return Take(length);
    }

    /// <summary>An atom as upper-case text: names of commands, items, keys.</summary>
    public string Word() => Encoding.ASCII.GetString(Atom()).ToUpperInvariant();

    /// <summary>astring as bytes.</summary>
    public byte[] AstringBytes()
    {
        int length = Rest.IndexOfAnyExcept(ImapGrammar.AstringChar);
        length = length < 0 ? Rest.Length : length;
        return length > 0 ? Take(length).ToArray() : StringBytes();
    }

    /// <summary>astring as text; 8-bit bytes must be UTF-8.</summary>
    public string Astring()
    {
        int start = Position;
        return Decode(AstringBytes(), start);
    }

    /// <summary>string = quoted / literal, as bytes.</summary>
    public byte[] StringBytes() =>
        Peek((byte)'"') ? Quoted() : Peek((byte)'{') ? Literal(allowNul: false) : throw Expected("a string");

    public string String()
    {
        int start = Position;
        return Decode(StringBytes(), start);
    }

    /// <summary>nstring = string / nil.</summary>
    public string? Nstring() => TryWord("NIL"u8) ? null : String();

    /// <summary>A mailbox name, decoded.</summary>
    public string Mailbox()
    {
        int start = Position;
        return DecodeMailbox(Astring(), start);
    }

    public string SpaceMailbox()
    {
        Space();
        return Mailbox();
    }

    /// <summary>list-mailbox = 1*list-char / string: a pattern with its wildcards, decoded.</summary>
    public string ListMailbox()
    {
        int start = Position;
        int length = Rest.IndexOfAnyExcept(ImapGrammar.ListChar);
        length = length < 0 ? Rest.Length : length;
        byte[] bytes = length > 0 ? Take(length).ToArray() : StringBytes();
        return DecodeMailbox(Decode(bytes, start), start);
    }

    /// <summary>number = 1*DIGIT, 32 bits.</summary>
    public uint Number() => (uint)Digits(uint.MaxValue, "a number");

    /// <summary>nz-number.</summary>
    public uint NzNumber()
    {
        int start = Position;
        uint number = Number();
        if (number == 0)
        {
            Position = start;
            throw Expected("a number above zero");
        }
        return number;
    }

    /// <summary>number64 and mod-sequence-valzer: 63 bits (RFC 7162 section 7).</summary>
    public long Number64() => (long)Digits(long.MaxValue, "a number");

    /// <summary>mod-sequence-value: not zero.</summary>
    public long NzNumber64()
    {
        int start = Position;
        long number = Number64();
        if (number == 0)
        {
            Position = start;
            throw Expected("a number above zero");
        }
        return number;
    }

    /// <summary>A sequence-set without <c>*</c> (RFC 7162 section 7, known-uids).</summary>
    public SequenceSet KnownSet()
    {
        int start = Position;
        var set = SequenceSet();
        return set.HasStar || set.IsSaved ? throw new ImapSyntaxException("* and $ cannot stand here", start) : set;
    }

    /// <summary>sequence-set = numbers and ranges / seq-last-command, which is <c>$</c> (RFC 5182 section 2.1).</summary>
    public SequenceSet SequenceSet()
    {
        if (TryByte((byte)'$'))
        {
            return Imap.SequenceSet.Saved;
        }
        var ranges = new List<(uint, uint)>();
        do
        {
            uint first = SequenceNumber();
            ranges.Add(TryByte((byte)':') ? (first, SequenceNumber()) : (first, first));
        }
        while (TryByte((byte)','));
        return new SequenceSet([.. ranges]);
    }

    /// <summary>date = date-text / DQUOTE date-text DQUOTE.</summary>
    public DateOnly Date()
    {
        bool quoted = TryByte((byte)'"');
        int day = (int)Digits(31, "a day of the month", maxDigits: 2);
        var date = MonthAndYear(day);
        if (quoted)
        {
            Byte((byte)'"');
        }
        return date;
    }

    /// <summary>date-time, as APPEND has it: <c>"17-Jul-1996 02:44:25 -0700"</c>.</summary>
    public DateTimeOffset DateTime()
    {
        int start = Position;
        Byte((byte)'"');
        TrySpace();
        int day = (int)Digits(31, "a day of the month", maxDigits: 2);
        var date = MonthAndYear(day);
        Space();
        int hour = TwoDigits(23), minute = Colon(59), second = Colon(60);
        Space();
        int sign = TryByte((byte)'+') ? 1 : TryByte((byte)'-') ? -1 : throw Expected("a zone");
        var zone = new TimeSpan(sign * TwoDigits(23), sign * TwoDigits(59), 0);
        Byte((byte)'"');
        // A leap second is the last one of its minute here; .NET knows offsets up to 14 hours.
        var local = date.ToDateTime(new TimeOnly(hour, minute, Math.Min(second, 59)));
        if (zone.Duration() > TimeSpan.FromHours(14) || local.Year is 1 or 9999)
        {
            throw new ImapSyntaxException("the date is out of range", start);
        }
        return new DateTimeOffset(local, zone);
    }

    /// <summary>A literal's bytes; the announcement and its CRLF are in the input, as framed.</summary>
    public byte[] Literal(bool allowNul)
    {
        int start = Position;
        Byte((byte)'{');
        long size = (long)Digits(int.MaxValue, "a literal's size");
        TryByte((byte)'+');
        Byte((byte)'}');
        if (!TryText("\r\n"u8) || size > Rest.Length)
        {
            throw new ImapSyntaxException("expected a literal", start);
        }
        var bytes = Take((int)size);
        if (!allowNul && bytes.Contains((byte)0))
        {
            throw new ImapSyntaxException("NUL in a literal", start);
        }
        return bytes.ToArray();
    }

    /// <summary>The announcement of a literal that is streamed, at the end of the input: its size.</summary>
    public long LiteralAnnouncement()
    {
        if (!Peek((byte)'{') || !ImapCommandReader.TryAnnouncement(Rest, out long size, out _)
            || Rest.IndexOf((byte)'}') != Rest.Length - 1)
        {
            throw Expected("a literal");
        }
        Position = _input.Length;
        return size;
    }

    /// <summary>Leaves the rest unread: what was read is reason enough to refuse.</summary>
    public void SkipRest() => Position = _input.Length;

    /// <summary>literal8 = "~{" ... (RFC 3516 section 7), or a plain literal.</summary>
    public byte[] Literal8()
    {
        bool binary = TryByte((byte)'~');
        return Literal(binary);
    }

    private readonly int AtomLength()
    {
        int length = Rest.IndexOfAnyExcept(ImapGrammar.AtomChar);
        return length < 0 ? Rest.Length : length;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _input.Slice(Position, length);
        Position += length;
        return taken;
    }

    private byte[] Quoted()
    {
        int start = Position;
        Byte((byte)'"');
        int length = Rest.IndexOf((byte)'"');
        if (length >= 0 && !Rest[..length].Contains((byte)'\\'))
        {
            var plain = Take(length);
            Position++;
            return plain.ContainsAny(ImapGrammar.NotInQuoted)
                ? throw new ImapSyntaxException("CR, LF or NUL in a quoted string", start) : plain.ToArray();
        }
        var bytes = new List<byte>();
        while (!AtEnd && !Peek((byte)'"'))
        {
            if (TryByte((byte)'\\') && !Peek((byte)'"') && !Peek((byte)'\\'))
            {
                throw Expected("\" or \\ after \\");
            }
            if (AtEnd || ImapGrammar.NotInQuoted.Contains(_input[Position]))
            {
                throw Expected("a character of a quoted string");
            }
            bytes.Add(_input[Position++]);
        }
        Byte((byte)'"');
        return [.. bytes];
    }

    private static string Decode(byte[] bytes, int offset)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ImapSyntaxException("the string is not UTF-8", offset);
        }
    }

    private readonly string DecodeMailbox(string name, int offset)
    {
        // Some clients send UTF-8 without having enabled it: modified UTF-7 has no 8-bit bytes, so it is clear what is meant.
        if (Utf8Enabled || name.AsSpan().ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return name;
        }
        return ModifiedUtf7.TryDecode(name, out string decoded)
            ? decoded : throw new ImapSyntaxException("the mailbox name is not modified UTF-7", offset);
    }

    private ulong Digits(ulong largest, string what, int maxDigits = 20)
    {
        int length = Rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? Rest.Length : length;
        if (length == 0 || length > maxDigits || !Utf8Parser.TryParse(Rest[..length], out ulong number, out _)
            || number > largest)
        {
            throw Expected(what);
        }
        Position += length;
        return number;
    }

    private uint SequenceNumber() => TryByte((byte)'*') ? Imap.SequenceSet.Star : NzNumber();

    private DateOnly MonthAndYear(int day)
    {
        Byte((byte)'-');
        int month = 0;
        while (month < 12 && !TryText(Encoding.ASCII.GetBytes(ImapGrammar.Months[month])))
        {
            month++;
        }
        if (month == 12)
        {
            throw Expected("a month");
        }
        Byte((byte)'-');
        int year = TwoDigits(99) * 100 + TwoDigits(99);
        if (year == 0 || day == 0 || day > System.DateTime.DaysInMonth(year, month + 1))
        {
            throw Expected("a date that exists");
        }
        return new DateOnly(year, month + 1, day);
    }

    private int TwoDigits(int largest)
    {
        if (Rest.Length < 2 || !char.IsAsciiDigit((char)Rest[0]) || !char.IsAsciiDigit((char)Rest[1]))
        {
            throw Expected("two digits");
        }
        int number = (Rest[0] - '0') * 10 + Rest[1] - '0';
        if (number > largest)
        {
            throw Expected($"at most {largest}");
        }
        Position += 2;
        return number;
    }

    private int Colon(int largest)
    {
        Byte((byte)':');
        return TwoDigits(largest);
    }
}
