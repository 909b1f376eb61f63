using System.Globalization;

namespace Mox.Mime;

/// <summary>Dates of headers (RFC 5322 section 3.3).</summary>
public static class MailDate
{
    private const int MaxLength = 200;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>
    /// Parses a date, tolerant of what is seen: no or wrong day of week, two-digit years, no seconds, zone names,
    /// comments, a leap second.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset date) => TryParse(text, lenient: false, out date);

    /// <summary>
    /// As <see cref="TryParse(string?, out DateTimeOffset)"/>, but with a time that is none or is missing as midnight, and a zone that is none
    /// as UTC: the date that messages are sorted by (RFC 5256 section 2.2).
    /// </summary>
    public static bool TryParseForSorting(string? text, out DateTimeOffset date) => TryParse(text, lenient: true, out date);

    private static bool TryParse(string? text, bool lenient, out DateTimeOffset date)
    {
        date = default;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }
        var words = new List<string>(8);
        var least = lenient ? 3 : 4;
        if (!Split(text, words) || words.Count < least)
        {
            return false;
        }
        var at = !char.IsAsciiDigit(words[0][0]) ? 1 : 0;
        if (words.Count - at < least || !Number(words[at], 1, 31, out var day) || Month(words[at + 1]) is not (> 0 and var month)
            || !Year(words[at + 2], out var year))
        {
            return false;
        }
        var time = TimeSpan.Zero;
        if (words.Count - at > 3 && !Time(words[at + 3], out time) && !lenient)
        {
            return false;
        }
        // Without a zone the time is read as UTC.
        var zone = TimeSpan.Zero;
        if (words.Count - at > 4 && !Zone(words[at + 4], out zone))
        {
            if (!lenient)
            {
                return false;
            }
            zone = TimeSpan.Zero;
        }
        if (day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }
        var local = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified) + time;
        var utc = local.Ticks - zone.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
        {
            return false;
        }
        date = new DateTimeOffset(local, zone);
        return true;
    }

    /// <summary>Formats a date for a header: <c>Fri, 21 Nov 1997 09:55:06 -0600</c>.</summary>
    public static string Format(DateTimeOffset date)
    {
        var sign = date.Offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(
            CultureInfo.InvariantCulture, $"{date:ddd, d MMM yyyy HH:mm:ss} {sign}{date.Offset.Duration():hhmm}");
    }

    private static bool Split(string text, List<string> words)
    {
        const int MaxWords = 12;
        var depth = 0;
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            var isWord = depth == 0 && c is not (' ' or '\t' or ',' or '(' or '-' or '\r' or '\n');
            // A hyphen joins in "21-Nov-1997" and begins a zone.
            isWord |= depth == 0 && c == '-' && start < 0 && words.Count >= 4;
            if (isWord && start < 0)
            {
                start = i;
            }
            else if (!isWord && start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
            depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
            if (words.Count > MaxWords)
            {
                return false;
            }
        }
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, int min, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    private static int Month(string word) =>
        word.Length < 3 ? 0 : Array.FindIndex(Months, m => word.AsSpan(0, 3).Equals(m, StringComparison.OrdinalIgnoreCase)) + 1;

    // Two digits below 50 are of this century, three count from 1900 (RFC 5322 section 4.3).
    private static bool Year(string word, out int year)
    {
        if (!Number(word, 0, 9_999, out year))
        {
            return false;
        }
        year += (word.Length, year) switch { ( <= 2, < 50) => 2_000, ( <= 3, _) => 1_900, _ => 0 };
        return year >= 1;
    }

    private static bool Time(ReadOnlySpan<char> word, out TimeSpan time)
    {
        time = default;
        Span<Range> parts = stackalloc Range[4];
        var count = word.Split(parts, ':');
        var second = 0;
        if (count is not (2 or 3) || !Number(word[parts[0]], 0, 23, out var hour) || !Number(word[parts[1]], 0, 59, out var minute)
            || (count == 3 && !Number(word[parts[2]], 0, 60, out second)))
        {
            return false;
        }
        time = new TimeSpan(hour, minute, Math.Min(second, 59));
        return true;
    }

    // Unknown names, military letters among them, say nothing and count as UTC (RFC 5322 section 4.3).
    private static bool Zone(string word, out TimeSpan zone)
    {
        zone = TimeSpan.Zero;
        if (word[0] is '+' or '-')
        {
            if (word.Length != 5 || !Number(word.AsSpan(1, 2), 0, 13, out var hours) || !Number(word.AsSpan(3, 2), 0, 59, out var minutes))
            {
                // +1400 is the last that .NET has and the world uses; others are nonsense.
                return word is "+1400" && (zone = TimeSpan.FromHours(14)) != default;
            }
            zone = new TimeSpan(hours, minutes, 0);
            zone = word[0] == '-' ? -zone : zone;
            return true;
        }
        var offset = word.ToUpperInvariant() switch
        {
            "EDT" => -4,
            "EST" or "CDT" => -5,
            "CST" or "MDT" => -6,
            "MST" or "PDT" => -7,
            "PST" => -8,
            _ => 0,
        };
        zone = TimeSpan.FromHours(offset);
        return true;
    }
}
