namespace Mox.Queue;

/// <summary>Instants as queue.db has them.</summary>
internal static class UnixTime
{
    /// <summary>The end of time: when held messages are due.</summary>
    public const long Never = 253_402_300_799_000;

    public static long Of(DateTimeOffset instant) => Math.Min(instant.ToUnixTimeMilliseconds(), Never);

    public static long? Of(DateTimeOffset? instant) => instant is { } value ? Of(value) : null;

    public static DateTimeOffset From(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, Never));

    public static DateTimeOffset? From(long? milliseconds) => milliseconds is { } value ? From(value) : null;
}
