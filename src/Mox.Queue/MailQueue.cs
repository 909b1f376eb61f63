using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Mail on its way out: queue.db and the contents that it names. What it took is on stable storage, and stays until it is delivered or its sender has been told.</summary>
/// <remarks>
/// Thread-safe. Every write can throw <see cref="QueueUnavailableException"/> (locked, corrupt, a failed commit) and <see cref="StoreFullException"/>;
/// nothing was changed then. <see cref="QueueRunner"/> delivers.
/// </remarks>
public sealed partial class MailQueue : IAsyncDisposable
{
    private readonly StoreThreads _writerThread = new("queue writer", 1);
    private readonly StoreThreads _fileThreads;
    private readonly GroupWriter<QueueWriteContext> _writer;
    private readonly ILogger _logger;
    private readonly ContentErases _erases;

    private MailQueue(QueueOptions options, AccountStore accounts, QueueMetrics metrics, TimeProvider time, ILogger logger)
    {
        (Options, Accounts, Metrics, Time, _logger) = (options, accounts, metrics, time, logger);
        _fileThreads = accounts.Services.FileThreads;
        Files = new QueueFiles(accounts.Services.Options.DataDirectory, accounts.Files);
        _erases = new ContentErases(Files, _fileThreads);
        var context = new QueueWriteContext(Files.QueueDirectory, accounts.Files, time);
        _writer = new GroupWriter<QueueWriteContext>(
            new WriterServices(_writerThread, _fileThreads, accounts.Files, time, accounts.Services.Metrics, logger, options.Faults),
            context,
            new QueueTarget(Files, context, metrics, options.Faults, Reopened));
        metrics.CountBy(new StateCounts(Files, time).Read);
    }

    /// <summary>Its settings.</summary>
    public QueueOptions Options { get; }

    /// <summary>Recipients in the queue.</summary>
    public long Length => Metrics.Length;

    /// <summary>What is wrong with it: it cannot be written, or nothing delivers; null when all is well.</summary>
    public string? Problem => _writer.Problem is { } problem ? "the queue cannot be written: " + problem
        : IsDelivering ? null : "nothing is delivered: the runner does not run";

    /// <summary>Set by the runner while it runs.</summary>
    internal bool IsDelivering { get; set; }

    internal AccountStore Accounts { get; }

    internal QueueMetrics Metrics { get; }

    internal TimeProvider Time { get; }

    internal QueueFiles Files { get; }

    /// <summary>Raised after every commit by which something may be due.</summary>
    internal QueueSignal Signal { get; } = new();

    /// <summary>Opens the queue in the data directory of the accounts; makes it when it is missing. Attempts that were cut off are queued again, later.</summary>
    /// <exception cref="StoreException">It cannot be used; the message says what to do.</exception>
    public static async ValueTask<MailQueue> StartAsync(
        QueueOptions options, AccountStore accounts, QueueMetrics metrics, TimeProvider time, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var queue = new MailQueue(options, accounts, metrics, time, loggerFactory.CreateLogger<MailQueue>());
        try
        {
            await queue._fileThreads.RunAsync(() =>
            {
                Directory.CreateDirectory(Path.Combine(queue.Files.QueueDirectory, "msg"));
                Platform.FlushDirectory(queue.Files.QueueDirectory);
                Platform.FlushDirectory(Path.GetDirectoryName(queue.Files.QueueDirectory)!);
                QueueSchema.Database.CreateWhenMissing(queue.Files.DatabasePath);
                queue._writer.Open();
                return true;
            }).WaitAsync(cancellationToken);
            await queue.WriteAsync(static c =>
            {
                c.Database.Run("UPDATE Recipients SET State = 0, Lease = NULL WHERE State = 2");
                return true;
            });
            queue.SweepContents();
            return queue;
        }
        catch (Exception e)
        {
            await queue.DisposeAsync();
            throw e is StoreException and not QueueUnavailableException ? e
                : e is OperationCanceledException ? e
                : new StoreException($"The queue {queue.Files.DatabasePath} cannot be used: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>Queues a message for its recipients; on stable storage when it completes. Returns the message's number.</summary>
    /// <exception cref="SendingLimitException">The account may not send so much.</exception>
    public async Task<long> AddAsync(NewQueuedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfZero(message.Recipients.Count);
        cancellationToken.ThrowIfCancellationRequested();
        await _writer.FlushAsync([message.Content]);
        string? trace = Activity.Current?.Id;
        return await WriteAsync(c =>
        {
            (long id, long dueAt) = AddMessage.Run(c, message, Options.Lifetime, trace);
            c.AfterCommit(() =>
            {
                Metrics.AddLength(message.Recipients.Count);
                Metrics.Submitted();
                Signal.Raise(dueAt);
            });
            return id;
        });
    }

    /// <summary>A page of the messages that a filter selects.</summary>
    public Task<QueuePage> ListAsync(QueueFilter filter, QueueSort sort, QueueCursor? after, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return ReadAsync(database => QueueList.Page(database, filter, sort, after, Math.Min(count, 10_000))).WaitAsync(cancellationToken);
    }

    /// <summary>How many messages a filter selects.</summary>
    public Task<long> CountAsync(QueueFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(database => QueueList.Count(database, filter)).WaitAsync(cancellationToken);

    /// <summary>Holds messages; returns how many. Those that are being delivered are not touched.</summary>
    public Task<int> HoldAsync(QueueFilter filter, CancellationToken cancellationToken) =>
        ChangeAsync("hold", filter, c => QueueChanges.Hold(c, filter), cancellationToken);

    /// <summary>Lets held messages go: they are due at once, but not before their release.</summary>
    public Task<int> UnholdAsync(QueueFilter filter, CancellationToken cancellationToken) =>
        ChangeAsync("unhold", filter, c => QueueChanges.Unhold(c, filter), cancellationToken);

    /// <summary>Sets the time of the next attempt. Held messages, and those that are being delivered, are not touched.</summary>
    public Task<int> ScheduleAsync(QueueFilter filter, QueueSchedule schedule, CancellationToken cancellationToken) =>
        ChangeAsync("schedule", filter, c => QueueChanges.Schedule(c, filter, schedule), cancellationToken);

    /// <summary>Gives messages up: their senders get a report. Those that are being delivered are not touched.</summary>
    public Task<int> FailAsync(QueueFilter filter, CancellationToken cancellationToken) =>
        ChangeAsync("fail", filter, c => QueueChanges.Fail(c, filter), cancellationToken);

    /// <summary>Removes messages; nobody is told. What is being delivered may still arrive.</summary>
    public Task<int> DropAsync(QueueFilter filter, CancellationToken cancellationToken) => ChangeAsync(
        "drop", filter,
        c =>
        {
            (int count, IReadOnlyList<long> contents) = QueueChanges.Drop(c, filter);
            c.AfterCommit(() => Gone(count, contents));
            return count;
        },
        cancellationToken);

    /// <summary>The hold rules.</summary>
    public Task<IReadOnlyList<HoldRule>> ListHoldRulesAsync(CancellationToken cancellationToken) =>
        ReadAsync(HoldRules.Read).WaitAsync(cancellationToken);

    /// <summary>Adds a hold rule: holds what is queued and fits, and what comes. Returns it with its id.</summary>
    /// <exception cref="InvalidChangeException">There are too many.</exception>
    public Task<HoldRule> AddHoldRuleAsync(HoldRule rule, CancellationToken cancellationToken) =>
        WriteAsync(c => HoldRules.Add(c, rule)).WaitAsync(cancellationToken);

    /// <summary>Removes a hold rule; what it held stays held. False when there is none of that id.</summary>
    public Task<bool> RemoveHoldRuleAsync(long id, CancellationToken cancellationToken) => WriteAsync(c =>
    {
        c.Database.Prepare("DELETE FROM HoldRules WHERE Id = ?").Bind(id).Run();
        return c.Database.Changes > 0;
    }).WaitAsync(cancellationToken);

    /// <summary>Opens the bytes of a queued message (<see cref="QueuedMessage.Id"/>), or null when it is gone. Dispose it.</summary>
    /// <exception cref="StoreException">The file is missing.</exception>
    public async Task<MessageContent?> OpenContentAsync(long id, CancellationToken cancellationToken) => await ReadAsync(database =>
    {
        Statement read = database.Prepare("SELECT MessageId FROM Recipients WHERE Id = ?").Bind(id);
        if (!read.Step())
        {
            return null;
        }

        long messageId = read.Int64(0);
        read.Reset();
        return QueuedContent.Read(database, messageId) is { } content ? Files.Open(messageId, content.Prefix, content.FileBytes) : null;
    }).WaitAsync(cancellationToken);

    /// <summary>Keeps the files of all contents until it is disposed of, also those whose messages end meanwhile: for a backup.</summary>
    public IDisposable HoldErases() => _erases.Hold();

    /// <summary>Does what waits and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        // The last connection to close brings the log into the database, which a reader cannot.
        Files.Readers.Close();
        await _writer.CloseAsync();
        _writerThread.Dispose();
    }

    internal Task<T> WriteAsync<T>(Func<QueueWriteContext, T> write) =>
        _writer.RunAsync(new DelegateOperation<QueueWriteContext, T>(write), CancellationToken.None);

    internal Task<T> ReadAsync<T>(Func<Database, T> read) => _fileThreads.RunAsync(() => Files.Readers.Read(read));

    /// <summary>Rows are gone, and contents that nobody refers to any more.</summary>
    internal void Gone(int recipients, IReadOnlyList<long> contents)
    {
        Metrics.AddLength(-recipients);
        if (contents.Count > 0)
        {
            _erases.Add(contents);
        }
    }

    private void Reopened()
    {
        Metrics.SetLength(Files.Readers.Read(static database => database.ReadInt64("SELECT count(*) FROM Recipients")));
        Signal.Raise(0);
    }

    private async Task<int> ChangeAsync(string what, QueueFilter filter, Func<QueueWriteContext, int> change, CancellationToken cancellationToken)
    {
        int count = await WriteAsync(c =>
        {
            int changed = change(c);
            c.AfterCommit(() => Signal.Raise(0));
            return changed;
        }).WaitAsync(cancellationToken);
        LogChanged(_logger, what, count, filter);
        return count;
    }

    // What a crash left: a file whose rows went just before it.
    private void SweepContents() => _ = _fileThreads.TryPost(() =>
    {
        try
        {
            int removed = ContentSweep.Run(Files);
            if (removed > 0)
            {
                LogSwept(_logger, removed);
            }
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            LogSweepFailed(_logger, e);
        }
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "queue: {What} of {Count} messages by {Filter}")]
    private static partial void LogChanged(ILogger logger, string what, int count, QueueFilter filter);

    [LoggerMessage(Level = LogLevel.Information, Message = "queue: removed {Count} contents that no message refers to")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "queue: looking for contents that no message refers to")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
