using System.Globalization;
using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>HOLDFOR or HOLDUNTIL of MAIL: the message leaves later (RFC 4865 section 4).</summary>
/// <param name="Interval">The value of HOLDFOR.</param>
/// <param name="Until">The value of HOLDUNTIL.</param>
internal readonly record struct FutureRelease(TimeSpan? Interval, DateTimeOffset? Until)
{
    private const int MaxDigits = 9;
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly string[] Instants = [Instant, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>The keyword of EHLO, with the longest interval and the last instant.</summary>
    public static string Keyword(DateTimeOffset now, TimeSpan max) => string.Create(
        CultureInfo.InvariantCulture, $"FUTURERELEASE {(long)max.TotalSeconds} {(now + max).UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}");

    /// <summary>Reads <c>future-release-integer</c>: seconds, nine digits at most, not zero.</summary>
    public static FutureRelease For(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxDigits && value[0] != '0' && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? new FutureRelease(TimeSpan.FromSeconds(seconds), null)
            : throw SmtpReplyException.Parameter("HOLDFOR is a number of seconds");

    /// <summary>Reads a date and time in UTC, as in 2026-11-30T20:00:00Z.</summary>
    public static FutureRelease At(ReadOnlySpan<byte> value) =>
        DateTimeOffset.TryParseExact(
            Encoding.Latin1.GetString(value).ToUpperInvariant(), Instants, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until)
            ? new FutureRelease(null, until)
            : throw SmtpReplyException.Parameter("HOLDUNTIL is a time in UTC, as in 2026-11-30T20:00:00Z");

    /// <summary>When the message may leave.</summary>
    /// <exception cref="SmtpReplyException">That is past, or too far away.</exception>
    public DateTimeOffset Resolve(DateTimeOffset now, TimeSpan max)
    {
        var wait = Interval ?? Until!.Value - now;
        return wait <= TimeSpan.Zero ? throw new SmtpReplyException(554, 5, 5, 4, "HOLDUNTIL is past")
            : wait > max ? throw new SmtpReplyException(554, 5, 5, 4, $"a message is held for {(long)max.TotalSeconds} seconds at most")
            : now + wait;
    }
}
