using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Delivers what is queued: one loop, one timer on the earliest due time, and attempts that run beside it.</summary>
/// <remarks>All state of the schedule is the loop's own; attempts that end are handed back to it.</remarks>
public sealed partial class QueueRunner : BackgroundService
{
    private const int PageRows = 500;
    private const int ReportsAtOnce = 5;
    private const string ReportLane = "\0report";

    // When the database cannot be read, and before the first look at it: it may recover by itself.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAnewEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    // However far off the next time is: the clock may be set.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(10);

    private readonly MailQueue _queue;
    private readonly RouteTable _routes;
    private readonly TransportTable _transports;
    private readonly Attempts _attempts;
    private readonly Reports _reports;
    private readonly ILogger _logger;
    private readonly Lanes _lanes = new();
    private readonly ConcurrentQueue<(Lane Lane, DueItem Item)> _ended = new();
    private readonly List<Task> _running = [];
    private DuePosition _cursor;
    private long _nextDue;
    private long _nextLook;
    private long _quietUntil;
    private DateTimeOffset _nextPrune;
    private Task _notices = Task.CompletedTask;
    private int _active;
    private bool _isBehind;

    /// <summary>Makes a runner; it begins when it is started.</summary>
    public QueueRunner(MailQueue queue, RouteTable routes, TransportTable transports, Func<string> postmasterAccount, ILogger<QueueRunner> logger)
    {
        (_queue, _routes, _transports, _logger) = (queue, routes, transports, logger);
        _attempts = new Attempts(queue, routes, transports, logger);
        _reports = new Reports(queue, postmasterAccount, logger);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _queue.IsDelivering = true;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await WaitAsync(await RoundAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Attempts that are cut off are on record, and made again later.
        }
        finally
        {
            _queue.IsDelivering = false;
            await Task.WhenAll(_running.Append(_notices));
        }
    }

    // Returns until when to sleep, unless something happens.
    private async Task<DateTimeOffset> RoundAsync(CancellationToken ct)
    {
        try
        {
            Collect();
            // One now for the round: what becomes due while it runs is the next one's.
            DateTimeOffset now = _queue.Time.GetUtcNow();
            await RefillAsync(UnixTime.Of(now), ct);
            StartReady(ct);
            return await UntilNextAsync(now, ct);
        }
        catch (StoreException e)
        {
            LogUnreadable(_logger, e);
            (_cursor, _nextDue) = (default, 0);
            return _queue.Time.GetUtcNow() + LookAgainAfter;
        }
#pragma warning disable CA1031 // A fault of ours must not end the delivery of all mail.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogLoopFault(_logger, e);
            (_cursor, _nextDue) = (default, 0);
            return _queue.Time.GetUtcNow() + LookAgainAfter;
        }
    }

    private void Collect()
    {
        while (_ended.TryDequeue(out (Lane Lane, DueItem Item) ended))
        {
            _active--;
            _lanes.Ended(ended.Lane, ended.Item);
        }

        _running.RemoveAll(task => task.IsCompleted);
    }

    private async Task RefillAsync(long now, CancellationToken ct)
    {
        long raised = _queue.Signal.Take();
        if (now >= _nextLook)
        {
            // Whatever was not told: the database has the last word.
            (raised, _nextLook) = (0, now + (long)LookAnewEvery.TotalMilliseconds);
        }

        if (raised != long.MaxValue)
        {
            // What was raised may be due before what the timer is set to.
            _nextDue = 0;
            _cursor = new DuePosition(raised, 0) < _cursor ? new DuePosition(raised, 0) : _cursor;
        }

        foreach (Lane lane in _lanes.Refillable)
        {
            await ReadAsync(_lanes.Refill(lane), now, lane, ct);
        }

        if (now < _nextDue && !_isBehind)
        {
            return;
        }

        _isBehind = true;
        while (_isBehind && _lanes.HasRoom)
        {
            _cursor = await ReadAsync(_cursor, now, null, ct);
        }
    }

    // For one lane, until it is full; for all, a page, after which the cursor is moved.
    private async Task<DuePosition> ReadAsync(DuePosition from, long now, Lane? only, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            DuePosition after = from;
            List<DueRow> rows = await _queue.ReadAsync(database => DueRow.Read(database, after, now, PageRows));
            foreach (DueRow row in rows)
            {
                (string key, int limit) = LaneOf(row);
                if (only is null || only.Key == key)
                {
                    _lanes.Add(key, limit, row.Position, row.Item);
                }

                from = row.Position;
            }

            if (only is null)
            {
                _isBehind = rows.Count == PageRows;
                return from;
            }

            if (rows.Count < PageRows || only.CutOff is not null)
            {
                return from;
            }
        }
    }

    private (string Key, int Limit) LaneOf(DueRow row)
    {
        if (row.Item.IsReport)
        {
            return (ReportLane, ReportsAtOnce);
        }

        string? name = _routes.Pick(row.Account, row.SenderDomain, RecipientPath.HostOf(row.Item.Domain), row.Item.Attempts);
        return name is not null && _transports.Find(name)?.MaxConcurrency is { } limit
            ? ("\0" + name, limit)
            : (row.Item.Domain, _queue.Options.PerDestination);
    }

    private void StartReady(CancellationToken ct)
    {
        while (_active < _queue.Options.Concurrency && !IsQuiet() && _lanes.TryStart(out Lane lane, out DueItem item))
        {
            _active++;
            _running.Add(RunAsync(lane, item, ct));
        }
    }

    // While nothing can be written, attempts would only fail to be put on record.
    private bool IsQuiet() => UnixTime.Of(_queue.Time.GetUtcNow()) < Volatile.Read(ref _quietUntil);

    private async Task RunAsync(Lane lane, DueItem item, CancellationToken ct)
    {
        _queue.Metrics.Active(1);
        try
        {
            await (item.IsReport ? _reports.SendAsync(item.MessageId) : _attempts.RunAsync(item, ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
        catch (StoreException e)
        {
            // Nothing was changed, so it is still due; the writer has said what is wrong.
            LogUnreadable(_logger, e);
            Volatile.Write(ref _quietUntil, UnixTime.Of(_queue.Time.GetUtcNow() + LookAgainAfter));
            _queue.Signal.Raise(0);
        }
#pragma warning disable CA1031 // A fault of ours with one message must not stop the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(_logger, item.MessageId, e);
        }
        finally
        {
            _queue.Metrics.Active(-1);
            _ended.Enqueue((lane, item));
            _queue.Signal.Wake();
        }
    }

    private async Task<DateTimeOffset> UntilNextAsync(DateTimeOffset time, CancellationToken ct)
    {
        long now = UnixTime.Of(time);
        if (now >= _nextDue)
        {
            (bool isLate, _nextDue) = await _queue.ReadAsync(database => (Reports.IsAnyLate(database, now), DueRow.NextAfter(database, now)));
            if (isLate)
            {
                StartNotices(ct);
            }
        }

        if (time >= _nextPrune)
        {
            _nextPrune = time + PruneEvery;
            await _queue.WriteAsync(static c =>
            {
                SentCounts.Prune(c);
                return true;
            });
        }

        long quiet = Volatile.Read(ref _quietUntil);
        DateTimeOffset next = UnixTime.From(quiet > now ? quiet : _nextDue);
        return next < time + LongestSleep ? next : time + LongestSleep;
    }

    private void StartNotices(CancellationToken ct)
    {
        if (_notices.IsCompleted)
        {
            _notices = _reports.SendDelaysAsync(ct);
        }
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken ct)
    {
        TimeSpan time = until - _queue.Time.GetUtcNow();
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        await using ITimer timer = _queue.Time.CreateTimer(_ => _queue.Signal.Wake(), null, time, Timeout.InfiniteTimeSpan);
        // The clock may have been set while the timer was.
        if (_queue.Time.GetUtcNow() < until)
        {
            await _queue.Signal.WaitAsync(ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue: cannot be used; trying again")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "queue: looking for what is due failed by a fault of ours; trying again")]
    private static partial void LogLoopFault(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "queue: message {Id} could not be handled")]
    private static partial void LogFault(ILogger logger, long id, Exception exception);
}
