using System.Net;

namespace Mox.Net.Limits;

/// <summary>Bounds failed logins from a network a minute and a day, for all services together; the networks around an address have three and nine times as many.</summary>
/// <remarks>
/// An attempt counts as failed from its beginning, so that a thousand at once cannot slip under the limit; a success then
/// forgets the address's failures, and an attempt that failed by our fault or that was given up early is taken back.
/// </remarks>
public sealed class FailedLoginLimiter(TimeProvider time, bool isEnabled = true, int perMinute = 10, int perDay = 50)
{
    private readonly RateLimiter _failures = new(
        time,
        new RateWindow(TimeSpan.FromMinutes(1), perMinute, 3L * perMinute, 9L * perMinute),
        new RateWindow(TimeSpan.FromDays(1), perDay, 3L * perDay, 9L * perDay));

    /// <summary>Begins an attempt; false: too many have failed, do not even look at the password.</summary>
    public bool TryBegin(IPAddress address) => !isEnabled || _failures.TryAdd(address);

    /// <summary>The attempt succeeded: the address's failures are forgotten.</summary>
    public void Succeeded(IPAddress address) => _failures.Reset(address);

    /// <summary>The attempt was neither right nor wrong.</summary>
    public void TakeBack(IPAddress address) => _failures.Remove(address);
}
