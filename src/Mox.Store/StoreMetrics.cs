using System.Diagnostics.Metrics;

namespace Mox.Store;

/// <summary>Counts and times of the store (meter <c>Mox.Store</c>).</summary>
internal sealed class StoreMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _flushes;
    private readonly Counter<long> _poisoned;
    private readonly Counter<long> _logins;
    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _groupDuration;
    private readonly UpDownCounter<long> _open;
    private long _fileFlushes;
    private long _directoryFlushes;
    private long _commits;

    public StoreMetrics(IMeterFactory factory)
    {
        _meter = factory.Create("Mox.Store");
        _messages = _meter.CreateCounter<long>("mox.store.messages.added", "{message}", "Messages added to mailboxes.");
        _flushes = _meter.CreateCounter<long>("mox.store.flushes", "{flush}", "Waits for stable storage.");
        _poisoned = _meter.CreateCounter<long>("mox.store.account.failures", "{failure}", "Groups of writes that failed whole.");
        _logins = _meter.CreateCounter<long>("mox.store.logins", "{attempt}", "Attempts to log in.");
        _groupSize = _meter.CreateHistogram<int>("mox.store.group.size", "{operation}", "Operations committed together.");
        _groupDuration = _meter.CreateHistogram<double>("mox.store.group.duration", "s", "Time of a group from its begin to its commit.");
        _open = _meter.CreateUpDownCounter<long>("mox.store.accounts.open", "{account}", "Open accounts.");
    }

    /// <summary>Flushes so far: files, directories, commits.</summary>
    public (long Files, long Directories, long Commits) Flushes =>
        (Interlocked.Read(ref _fileFlushes), Interlocked.Read(ref _directoryFlushes), Interlocked.Read(ref _commits));

    public void MessagesAdded(int count) => _messages.Add(count);

    public void FileFlushed()
    {
        Interlocked.Increment(ref _fileFlushes);
        _flushes.Add(1, new KeyValuePair<string, object?>("kind", "file"));
    }

    public void DirectoryFlushed()
    {
        Interlocked.Increment(ref _directoryFlushes);
        _flushes.Add(1, new KeyValuePair<string, object?>("kind", "directory"));
    }

    public void GroupCommitted(int operations, TimeSpan duration)
    {
        Interlocked.Increment(ref _commits);
        _flushes.Add(1, new KeyValuePair<string, object?>("kind", "commit"));
        _groupSize.Record(operations);
        _groupDuration.Record(duration.TotalSeconds);
    }

    public void AccountPoisoned() => _poisoned.Add(1);

    public void AccountOpened(int change) => _open.Add(change);

    public void LoginAttempted(string protocol, string outcome) => _logins.Add(
        1,
        new KeyValuePair<string, object?>("protocol", protocol),
        new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
