using System.Diagnostics;
using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>The last lines of something, with the times at which they came: what a failure tells so that it explains itself.</summary>
internal sealed class RecentLines(int kept)
{
    private const int KeptCharacters = 500;
    private static readonly long Began = Stopwatch.GetTimestamp();
    private readonly Queue<(TimeSpan At, string Who, string What)> _lines = new();

    public void Add(string who, string what)
    {
        _lines.Enqueue((Stopwatch.GetElapsedTime(Began), who, what));
        if (_lines.Count > kept)
        {
            _lines.Dequeue();
        }
    }

    public override string ToString() => string.Join('\n', _lines.Select(line => string.Create(
        CultureInfo.InvariantCulture, $"{line.At.TotalSeconds,9:F4} {line.Who}{(line.What.Length > KeptCharacters ? $"{line.What[..KeptCharacters]}..." : line.What)}")));
}
