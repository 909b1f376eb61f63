using Mox.Addresses;
using Mox.Config;

namespace Mox.Queue;

/// <summary>Settings of the queue.</summary>
public sealed record QueueOptions
{
    /// <summary>The full name of this host: Reporting-MTA and sender of delivery reports, Message-Ids that are missing.</summary>
    public required Domain Hostname { get; init; }

    /// <summary>How long a message is tried before it bounces (default 5 days, RFC 5321 section 4.5.4.1).</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>When the sender is told that a message is delayed (default 4 hours); zero never tells.</summary>
    public TimeSpan DelayNotice { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Transactions at once (default 50).</summary>
    public int Concurrency { get; init; } = 50;

    /// <summary>Transactions at once to one destination (default 5).</summary>
    public int PerDestination { get; init; } = 5;

    /// <summary>An attempt that takes longer is given up as a temporary failure (default 30 minutes).</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Called before each step of a write, for tests that fail there or look at the disk.</summary>
    internal Action<string>? Faults { get; init; }

    /// <summary>The settings of a configuration.</summary>
    public static QueueOptions Of(MoxConfig config) => new()
    {
        Hostname = config.Hostname,
        Lifetime = config.Queue.Lifetime,
        DelayNotice = config.Queue.DelayNotice,
        Concurrency = config.Queue.Concurrency,
        PerDestination = config.Queue.PerDestination,
    };
}
