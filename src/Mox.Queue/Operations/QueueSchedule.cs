namespace Mox.Queue;

/// <summary>A new time for the next attempt: an instant, or the old time moved.</summary>
public readonly record struct QueueSchedule
{
    private QueueSchedule(DateTimeOffset? at, TimeSpan? by) => (Instant, Move) = (at, by);

    /// <summary>The instant, or null.</summary>
    public DateTimeOffset? Instant { get; }

    /// <summary>How far the old time is moved, or null.</summary>
    public TimeSpan? Move { get; }

    /// <summary>At an instant, also one that has passed: then at once.</summary>
    public static QueueSchedule At(DateTimeOffset instant) => new(instant, null);

    /// <summary>Later by so much (earlier when negative).</summary>
    public static QueueSchedule By(TimeSpan time) => new(null, time);
}
