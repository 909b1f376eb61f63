using System.Text;

namespace Mox.Config.Editing;

/// <summary>How a JSON text is laid out: lines, indents, commas, comments. Places are always outside of texts.</summary>
internal readonly ref struct JsonLayout(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>As the text has it.</summary>
    public string NewLine
    {
        get
        {
            int at = _json.IndexOf((byte)'\n');
            return at > 0 && _json[at - 1] == '\r' ? "\r\n" : "\n";
        }
    }

    /// <summary>Where the comma after an element is, or null when there is none.</summary>
    public int? CommaAfter(int at)
    {
        at = SkipComments(at);
        return at < _json.Length && _json[at] == ',' ? at : null;
    }

    /// <summary>Whether only blanks stand before this place in its line.</summary>
    public bool BeginsLine(int at) => at > 0 && _json[StartOfLine(at)..at].Trim(" \t"u8).IsEmpty && StartOfLine(at) > 0;

    public int StartOfLine(int at) => _json[..at].LastIndexOf((byte)'\n') + 1;

    /// <summary>The blanks at the beginning of the line.</summary>
    public string IndentAt(int at)
    {
        ReadOnlySpan<byte> line = _json[StartOfLine(at)..];
        int length = line.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return Encoding.UTF8.GetString(line[..Math.Max(length, 0)]);
    }

    /// <summary>After the comments that end in this line, before its line break.</summary>
    public int EndOfLine(int at)
    {
        int end = at;
        while (end < _json.Length)
        {
            end = SkipBlanks(end);
            if (Starts(end, "//"))
            {
                int line = _json[end..].IndexOf((byte)'\n');
                end = line < 0 ? _json.Length : end + line;
                return end > 0 && _json[end - 1] == '\r' ? end - 1 : end;
            }

            if (!Starts(end, "/*"))
            {
                break;
            }

            int close = EndOfBlock(end);
            if (_json[end..close].Contains((byte)'\n'))
            {
                break;
            }

            at = end = close;
        }

        return at;
    }

    /// <summary>After the line break, when nothing but blanks and a comment is left in the line; else null.</summary>
    public int? EndOfLineIfBlank(int at)
    {
        int end = SkipBlanks(EndOfLine(at));
        if (end < _json.Length && _json[end] == '\r')
        {
            end++;
        }

        return end < _json.Length && _json[end] == '\n' ? end + 1 : null;
    }

    public int SkipBlanks(int at)
    {
        int length = _json[at..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        return length < 0 ? _json.Length : at + length;
    }

    /// <summary>Comments in an empty object or array, without blanks around them; they end their line.</summary>
    public string BetweenBrackets(JsonSpan empty) => Encoding.UTF8.GetString(_json[(empty.Start + 1)..(empty.End - 1)].Trim(" \t\r\n"u8));

    private int SkipComments(int at)
    {
        while (at < _json.Length)
        {
            int blanks = _json[at..].IndexOfAnyExcept(" \t\r\n"u8);
            at = blanks < 0 ? _json.Length : at + blanks;
            if (Starts(at, "//"))
            {
                int line = _json[at..].IndexOf((byte)'\n');
                at = line < 0 ? _json.Length : at + line;
            }
            else if (Starts(at, "/*"))
            {
                at = EndOfBlock(at);
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private int EndOfBlock(int at)
    {
        int close = _json[at..].IndexOf("*/"u8);
        return close < 0 ? _json.Length : at + close + 2;
    }

    private bool Starts(int at, string sign) => at + 1 < _json.Length && _json[at] == sign[0] && _json[at + 1] == sign[1];
}
