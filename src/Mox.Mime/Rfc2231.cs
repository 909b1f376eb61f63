using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mox.Mime;

/// <summary>Parameter continuations, charsets and languages (RFC 2231).</summary>
internal static class Rfc2231
{
    // attribute-char (RFC 2231 section 7): what needs no percent sign.
    private static readonly SearchValues<byte> AttributeChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~"u8);

    /// <summary>One parameter as it stands: <c>name</c>, <c>name*</c>, <c>name*3</c> or <c>name*3*</c>.</summary>
    public readonly record struct Segment(string Name, int Index, bool IsExtended, string Value)
    {
        /// <summary>The index of a parameter without one.</summary>
        public const int Whole = -1;

        public static Segment Parse(string name, string value)
        {
            var star = name.IndexOf('*', StringComparison.Ordinal);
            if (star <= 0)
            {
                return new Segment(name, Whole, false, value);
            }
            var rest = name.AsSpan(star + 1);
            var extended = rest.IsEmpty || rest[^1] == '*';
            var digits = extended && !rest.IsEmpty ? rest[..^1] : rest;
            if (digits.IsEmpty)
            {
                return new Segment(name[..star], Whole, true, value);
            }
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new Segment(name[..star], index, extended, value)
                : new Segment(name, Whole, false, value);
        }
    }

    /// <summary>
    /// Joins continuations in the order of first mention. Of a parameter given twice the extended form wins, then the
    /// plain one, then
    /// continuations; of two equal indices the first; a gap ends the value. Linear but for sorting by index.
    /// </summary>
    public static IReadOnlyList<MimeParameter> Join(List<Segment> segments)
    {
        if (segments.TrueForAll(s => s is { Index: Segment.Whole, IsExtended: false }) && AreDistinct(segments))
        {
            return segments.ConvertAll(s => new MimeParameter(s.Name, s.Value));
        }
        var groups = new OrderedDictionary<string, List<Segment>>();
        foreach (var segment in segments)
        {
            if (!groups.TryGetValue(segment.Name, out var group))
            {
                groups.Add(segment.Name, group = []);
            }
            group.Add(segment);
        }
        var result = new List<MimeParameter>(groups.Count);
        foreach (var (name, group) in groups)
        {
            result.Add(JoinGroup(name, group));
        }
        return result;
    }

    private static bool AreDistinct(List<Segment> segments)
    {
        const int Few = 8;
        if (segments.Count > Few)
        {
            return false;
        }
        for (var i = 1; i < segments.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (segments[i].Name == segments[j].Name)
                {
                    return false;
                }
            }
        }
        return true;
    }

    private static MimeParameter JoinGroup(string name, List<Segment> group)
    {
        foreach (var extended in new[] { true, false })
        {
            var at = group.FindIndex(s => s.Index == Segment.Whole && s.IsExtended == extended);
            if (at >= 0)
            {
                return extended ? Decode(name, [group[at]]) : new MimeParameter(name, group[at].Value);
            }
        }
        var ordered = group.OrderBy(s => s.Index).ToList(); // stable: the first of equals stays first
        var run = new List<Segment>(ordered.Count);
        foreach (var segment in ordered)
        {
            if (segment.Index == run.Count)
            {
                run.Add(segment);
            }
        }
        if (run.Count == 0)
        {
            return new MimeParameter(name, "");
        }
        return run.Exists(s => s.IsExtended) ? Decode(name, run) : new MimeParameter(name, string.Concat(run.Select(s => s.Value)));
    }

    private static MimeParameter Decode(string name, List<Segment> run)
    {
        string? charset = null;
        var raw = new StringBuilder();
        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < run.Count; i++)
        {
            var value = run[i].Value;
            var start = 0;
            if (i == 0)
            {
                var first = run[0].IsExtended ? value.IndexOf('\'', StringComparison.Ordinal) : -1;
                var second = first < 0 ? -1 : value.IndexOf('\'', first + 1);
                if (second >= 0)
                {
                    charset = value[..first];
                    start = second + 1;
                    raw.Append(value.AsSpan(0, start));
                }
                else
                {
                    raw.Append("''");
                }
            }
            if (run[i].IsExtended)
            {
                raw.Append(value.AsSpan(start));
                PercentDecode(value.AsSpan(start), bytes);
            }
            else
            {
                var literal = Encoding.UTF8.GetBytes(value);
                bytes.Write(literal);
                PercentEncode(literal, raw);
            }
        }
        // Without a charset what is UTF-8 is read as that.
        var decoded = string.IsNullOrEmpty(charset) ? HeaderText.Decode(bytes.WrittenSpan) : Charsets.Decode(charset, bytes.WrittenSpan);
        return new MimeParameter(name, decoded, raw.ToString());
    }

    private static void PercentDecode(ReadOnlySpan<char> text, ArrayBufferWriter<byte> to)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                to.Write([byte.Parse(text.Slice(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)]);
                i += 2;
            }
            else if (text[i] < 0x80)
            {
                to.Write([(byte)text[i]]);
            }
            else
            {
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
                to.Write(Encoding.UTF8.GetBytes(text.Slice(i, pair).ToArray()));
                i += pair - 1;
            }
        }
    }

    /// <summary>Appends bytes with a percent sign where they need it.</summary>
    public static void PercentEncode(ReadOnlySpan<byte> bytes, StringBuilder to)
    {
        foreach (var b in bytes)
        {
            if (AttributeChars.Contains(b))
            {
                to.Append((char)b);
            }
            else
            {
                to.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }
    }

    /// <summary>A text as an extended value in UTF-8, without language.</summary>
    public static string Encode(string text)
    {
        var result = new StringBuilder("utf-8''");
        PercentEncode(Encoding.UTF8.GetBytes(text), result);
        return result.ToString();
    }
}
