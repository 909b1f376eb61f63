using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mox.Store;

/// <summary>Counts and times of the store (meter <c>Mox.Store</c>).</summary>
internal sealed class StoreMetrics : IDisposable
{
    private const string Name = "Mox.Store";

    /// <summary>Spans of writes: <c>store.add</c> where one waits, <c>store.group</c> where they are done.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _flushes;
    private readonly Counter<long> _poisoned;
    private readonly Counter<long> _logins;
    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _groupDuration;
    private readonly UpDownCounter<long> _open;
    private readonly Counter<long> _indexed;
    private readonly Counter<long> _indexedText;
    private readonly Counter<long> _indexesDiscarded;
    private readonly Counter<long> _evaluationsDropped;
    private ImmutableArray<TextIndex> _indexes = [];
    private volatile bool _lastFailed;
    private int _failingAccounts;
    private long _fileFlushes;
    private long _directoryFlushes;
    private long _commits;

    public StoreMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _messages = _meter.CreateCounter<long>("mox.store.messages.added", "{message}", "Messages added to mailboxes.");
        _flushes = _meter.CreateCounter<long>("mox.store.flushes", "{flush}", "Waits for stable storage, by kind.");
        _poisoned = _meter.CreateCounter<long>("mox.store.account.failures", "{failure}", "Groups of writes that failed whole.");
        _logins = _meter.CreateCounter<long>("mox.store.logins", "{attempt}", "Attempts to log in, by protocol and outcome.");
        _groupSize = _meter.CreateHistogram<int>("mox.store.group.size", "{operation}", "Operations committed together.");
        _groupDuration = _meter.CreateHistogram<double>("mox.store.group.duration", "s", "Time of a group from its begin to its commit.");
        _open = _meter.CreateUpDownCounter<long>("mox.store.accounts.open", "{account}", "Open accounts.");
        _indexed = _meter.CreateCounter<long>("mox.store.index.messages", "{message}", "Messages whose text was brought into the index.");
        _indexedText = _meter.CreateCounter<long>("mox.store.index.text", "{character}", "Characters of text brought into the index.");
        _indexesDiscarded = _meter.CreateCounter<long>("mox.store.index.damages", "{index}", "Text indexes that were damaged and are made anew.");
        _evaluationsDropped = _meter.CreateCounter<long>(
            "mox.store.dmarc.dropped", "{evaluation}", "DMARC evaluations that were not kept for a report: too many, or a fault.");
        _meter.CreateObservableUpDownCounter(
            "mox.store.index.lag", () => _indexes.Sum(index => index.Lag), "{message}",
            "Messages of open accounts that are not in the index yet, at most.");
        _meter.CreateObservableUpDownCounter(
            "mox.store.index.size", () => _indexes.Sum(index => index.SizeBytes), "By", "Size of the text indexes of open accounts.");
        _meter.CreateObservableUpDownCounter(
            "mox.store.accounts.failing", () => Volatile.Read(ref _failingAccounts), "{account}", "Open accounts whose newest write failed.");
    }

    /// <summary>Flushes so far: files, directories, commits.</summary>
    public (long Files, long Directories, long Commits) Flushes =>
        (Interlocked.Read(ref _fileFlushes), Interlocked.Read(ref _directoryFlushes), Interlocked.Read(ref _commits));

    /// <summary>Whether the newest group of writes of all accounts failed, and how many accounts' own newest one did.</summary>
    public (bool LastFailed, int FailingAccounts) Writes => (_lastFailed, Volatile.Read(ref _failingAccounts));

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
        _lastFailed = false;
        _flushes.Add(1, new KeyValuePair<string, object?>("kind", "commit"));
        _groupSize.Record(operations);
        _groupDuration.Record(duration.TotalSeconds);
    }

    public void GroupFailed() => _lastFailed = true;

    public void AccountTroubled(int change) => Interlocked.Add(ref _failingAccounts, change);

    public void AccountPoisoned() => _poisoned.Add(1);

    public void AccountOpened(int change) => _open.Add(change);

    public void ContentIndexed(long characters)
    {
        _indexed.Add(1);
        _indexedText.Add(characters);
    }

    public void IndexDiscarded() => _indexesDiscarded.Add(1);

    public void IndexOpened(TextIndex index) => ImmutableInterlocked.Update(ref _indexes, (all, one) => all.Add(one), index);

    public void IndexClosed(TextIndex index) => ImmutableInterlocked.Update(ref _indexes, (all, one) => all.Remove(one), index);

    public void LoginAttempted(string protocol, string outcome) => _logins.Add(
        1,
        new KeyValuePair<string, object?>("protocol", protocol),
        new KeyValuePair<string, object?>("outcome", outcome));

    public void DmarcEvaluationsDropped(int count) => _evaluationsDropped.Add(count);

    public void Dispose() => _meter.Dispose();
}
