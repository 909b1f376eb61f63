namespace Mox.Config;

/// <summary>How the queue tries to deliver what leaves. <c>Mox:Queue</c>.</summary>
public sealed record QueueConfig
{
    /// <summary>How long a message is tried before it bounces (RFC 5321 section 4.5.4.1). Default 5 days. <c>Lifetime</c>.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>When a sender is told that a message is delayed; zero never tells. Default 4 hours. <c>DelayNotice</c>.</summary>
    public TimeSpan DelayNotice { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Deliveries at once. Default 50. <c>Concurrency</c>.</summary>
    public int Concurrency { get; init; } = 50;

    /// <summary>Deliveries at once to one destination. Default 5. <c>PerDestination</c>.</summary>
    public int PerDestination { get; init; } = 5;
}
