using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>Settings of the store.</summary>
public sealed class StoreOptions
{
    /// <summary>The data directory; made (0700) when it does not exist.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Quota in bytes of an account, asked for at each added message; null or 0 means none.</summary>
    public Func<string, long?> QuotaBytes { get; init; } = static _ => null;

    /// <summary>How many messages an account may have, asked for at each added message; null or 0 means no limit.</summary>
    public Func<string, long?> QuotaMessages { get; init; } = static _ => null;

    /// <summary>Open accounts that nobody uses are closed after this time (default 5 minutes).</summary>
    public TimeSpan IdleClose { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most open accounts that nobody uses; past it the least recently used one closes at once (default 100).</summary>
    public int MaxIdleAccounts { get; init; } = 100;

    /// <summary>Threads that run the accounts' writers (default: the number of cores, at least 2).</summary>
    public int WriterThreads { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Threads that flush files and directories (default 16); so many flushes are in flight at once.</summary>
    public int FileThreads { get; init; } = 16;

    /// <summary>Tombstones of expunged messages are kept this long (default 400 days).</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Most tombstones kept for a mailbox; the oldest go first (default 100,000).</summary>
    public int MaxTombstones { get; init; } = 100_000;

    /// <summary>Most mailboxes in an account (default 10,000); past it creating one is refused.</summary>
    public int MaxMailboxes { get; init; } = 10_000;

    /// <summary>Most entries of metadata in an account, those of all mailboxes and of the server together (default 1,000).</summary>
    public int MaxAnnotations { get; init; } = 1000;

    /// <summary>Largest size of all values of metadata in an account together (default 1,000,000 bytes).</summary>
    public long MaxAnnotationBytes { get; init; } = 1_000_000;

    /// <summary>Iterations of new SCRAM verifiers (default 65,536: Cyrus SASL, and so mbsync, refuses to compute more); a login with a weaker one renews it.</summary>
    public int ScramIterations { get; init; } = 65_536;

    /// <summary>Which SASL mechanisms are offered; secrets of those that need their own are stored with the next password.</summary>
    public SaslMechanismOptions Sasl { get; init; } = new();

    /// <summary>A verified password is remembered, as an HMAC under a per-process key, for this long (default 15 minutes).</summary>
    public TimeSpan RememberLogins { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Called before each step of a write, for tests that fail there or look at the disk.</summary>
    internal Action<string>? Faults { get; init; }

    /// <summary>In place of the files on disk, for tests.</summary>
    internal Func<IMessageFiles, IMessageFiles>? WrapFiles { get; init; }
}
