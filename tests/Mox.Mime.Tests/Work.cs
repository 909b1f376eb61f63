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
    /// Holds that eight times <paramref name="size"/>, which should be 100,000 characters or more, takes a moment, where quadratic work
    /// would take seconds to hours; or at least, since machines are busy and collectors collect, that 64 times the input takes less than
    /// 768 times as long, where quadratic work would take 4096 times. The best of some tries counts.
    /// </summary>
    public static void AssertLinear(int size, Action<int> action)
    {
        const int Tries = 5;
        const double Moment = 700;
        action(size / 8); // code is compiled
        double small = double.MaxValue, large = double.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            small = Math.Min(small, Time(() => action(size / 8)));
            large = Math.Min(large, Time(() => action(size * 8)));
            if (large < Moment || large < 768 * small)
            {
                return;
            }
        }
        Assert.Fail($"64 times the input took {large:F1} ms, after {small:F3} ms for one");
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
