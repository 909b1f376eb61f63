namespace Mox.Queue;

/// <summary>When to try again: after 7.5 minutes, then after twice as long each time, up to 8 hours (RFC 5321 section 4.5.4.1).</summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(7.5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    // A server that was down gets its mail back spread out.
    private const double Jitter = 0.01;

    /// <summary>The wait after so many attempts, with a jitter of one percent either way.</summary>
    /// <param name="attempts">Attempts made, the last included; at least 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int attempts, double random)
    {
        TimeSpan wait = attempts > 7 ? Longest : First * (1 << (attempts - 1));
        wait = wait < Longest ? wait : Longest;
        return wait * (1 + (Jitter * ((2 * random) - 1)));
    }
}
