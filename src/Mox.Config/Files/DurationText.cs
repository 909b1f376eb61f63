using System.Globalization;
using System.Text;

namespace Mox.Config.Files;

/// <summary>Lengths of time as operators write them: "5d", "4h", "1h30m". Units go from large to small, each at most once.</summary>
public static class DurationText
{
    private static readonly (char Unit, TimeSpan Length)[] Units =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    // So that no sum overflows.
    private const int MaxCount = 1_000_000;

    /// <summary>Reads one; false when it is not written so.</summary>
    public static bool TryRead(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        int at = 0;
        foreach ((char unit, TimeSpan length) in Units)
        {
            int end = text.IndexOf(unit, at);
            if (end < 0)
            {
                continue;
            }

            if (!int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > MaxCount)
            {
                return false;
            }

            duration += length * count;
            at = end + 1;
        }

        return at > 0 && at == text.Length;
    }

    /// <summary>Writes one so that it can be read.</summary>
    public static string Write(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach ((char unit, TimeSpan length) in Units)
        {
            long count = duration.Ticks / length.Ticks;
            duration -= length * count;
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }
}
