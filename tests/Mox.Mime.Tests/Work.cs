using System.Diagnostics;

namespace Mox.Mime.Tests;

/// <summary>Measures of work that hold on a busy machine.</summary>
internal static class Work
{
    /// <summary>Bytes that an action allocates on this thread.</summary>
    public static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>
    /// Holds that eight times the input takes less than 24 times as long (quadratic: 64 times), or next to nothing. The best of some tries
    /// counts, for both sizes, so that a busy machine changes nothing.
    /// </summary>
    public static void AssertLinear(int size, Action<int> action)
    {
        const int Tries = 10;
        const double NextToNothing = 20;
        action(size / 4); // code is compiled
        double small = double.MaxValue, large = double.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            small = Math.Min(small, Time(() => action(size)));
            large = Math.Min(large, Time(() => action(size * 8)));
            if (large < NextToNothing || large < 24 * small)
            {
                return;
            }
        }
        Assert.Fail($"eight times the input took {large:F1} ms, after {small:F1} ms for one");
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Feeds a parser the same bytes again and again.</summary>
    public static void Feed(MimeParser parser, ReadOnlySpan<byte> bytes, long total)
    {
        for (long fed = 0; fed < total; fed += bytes.Length)
        {
            parser.Append(bytes);
        }
    }
}
