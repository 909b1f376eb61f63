namespace Mox.Net;

/// <summary>
/// Gives each connection its number: a counter that begins at the milliseconds of the start, so that numbers do not
/// repeat across restarts.
/// </summary>
public sealed class ConnectionIdSource(TimeProvider time)
{
    private long _last = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The next number.</summary>
    public ConnectionId Next() => new(Interlocked.Increment(ref _last));
}
