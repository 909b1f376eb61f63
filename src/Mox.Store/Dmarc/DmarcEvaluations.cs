using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>What DMARC said of messages (table DmarcEvaluations of server.db): written in the background, kept 48 hours, for aggregate reports.</summary>
/// <remarks>Bounded: past <see cref="MaxRows"/>, or when too many wait to be written, new ones are dropped and counted.</remarks>
public sealed partial class DmarcEvaluations
{
    /// <summary>How many are kept.</summary>
    public const int MaxRows = 200_000;

    private const int MaxWaiting = 10_000;

    /// <summary>How long one is kept: reports cover at most a day.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    private static readonly TimeSpan WriteDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CleanupPeriod = TimeSpan.FromHours(1);

    private readonly ServerDatabase _server;
    private readonly StoreThreads _threads;
    private readonly TimeProvider _time;
    private readonly StoreMetrics _metrics;
    private readonly ILogger _logger;
    private readonly int _maxRows;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly List<DmarcEvaluation> _waiting = [];
    private DateTimeOffset _nextCleanup = DateTimeOffset.MinValue;
    private long _rows;

    internal DmarcEvaluations(
        ServerDatabase server, StoreThreads threads, TimeProvider time, StoreMetrics metrics, ILogger logger, int maxRows = MaxRows)
    {
        (_server, _threads, _time, _metrics, _logger, _maxRows) = (server, threads, time, metrics, logger, maxRows);
        _timer = time.CreateTimer(_ => _threads.TryPost(WriteWaiting), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keeps an evaluation; it is written within a few seconds.</summary>
    public void Record(DmarcEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                _metrics.DmarcEvaluationsDropped(1);
                return;
            }

            _waiting.Add(evaluation);
            if (_waiting.Count == 1)
            {
                _timer.Change(WriteDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Evaluations by a domain's policy (null: by all), the oldest first, of a span of time.</summary>
    public async Task<IReadOnlyList<DmarcEvaluation>> ListAsync(
        string? policyDomain, DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        await FlushAsync().WaitAsync(cancellationToken);
        return await _threads.RunAsync(() => _server.Use(database => List(database, policyDomain, from, until, Math.Clamp(limit, 1, _maxRows))))
            .WaitAsync(cancellationToken);
    }

    internal Task FlushAsync() => _threads.RunAsync(() =>
    {
        WriteWaiting();
        return true;
    });

    internal async Task CloseAsync()
    {
        await _timer.DisposeAsync();
        await FlushAsync();
    }

    private static List<DmarcEvaluation> List(Database database, string? policyDomain, DateTimeOffset from, DateTimeOffset until, int limit)
    {
        long first = from.ToUnixTimeSeconds(), end = until.ToUnixTimeSeconds();
        using var context = new ServerDbContext(database.Connection);
        return [.. context.DmarcEvaluations.AsNoTracking()
            .Where(e => (policyDomain == null || e.PolicyDomain == policyDomain) && e.EvaluatedAt >= first && e.EvaluatedAt < end)
            .OrderBy(e => e.EvaluatedAt).ThenBy(e => e.Id)
            .Take(limit)
            .AsEnumerable()
            .Select(e => new DmarcEvaluation
            {
                Id = e.Id,
                PolicyDomain = e.PolicyDomain,
                EvaluatedAt = DateTimeOffset.FromUnixTimeSeconds(e.EvaluatedAt),
                IsOptional = e.IsOptional,
                Details = JsonSerializer.Deserialize(e.Details, DmarcEvaluationJson.Default.DmarcEvaluationDetails)!,
            })];
    }

    private void WriteWaiting()
    {
        List<DmarcEvaluation> evaluations;
        lock (_gate)
        {
            evaluations = [.. _waiting];
            _waiting.Clear();
        }

        if (evaluations.Count == 0)
        {
            return;
        }

        try
        {
            int dropped = _server.Write(database => Write(database, evaluations));
            _metrics.DmarcEvaluationsDropped(dropped);
        }
        catch (SqliteException e)
        {
            _nextCleanup = DateTimeOffset.MinValue;
            _metrics.DmarcEvaluationsDropped(evaluations.Count);
            LogWriteFailed(_logger, evaluations.Count, e);
        }
    }

    private int Write(Database database, List<DmarcEvaluation> evaluations)
    {
        var now = _time.GetUtcNow();
        if (now >= _nextCleanup)
        {
            database.Prepare("DELETE FROM DmarcEvaluations WHERE EvaluatedAt < ?").Bind((now - Kept).ToUnixTimeSeconds()).Run();
            Statement count = database.Prepare("SELECT COUNT(*) FROM DmarcEvaluations");
            count.Step();
            _rows = count.Int64(0);
            count.Reset();
            _nextCleanup = now + CleanupPeriod;
        }

        int written = 0;
        foreach (DmarcEvaluation evaluation in evaluations.Take((int)Math.Max(0, _maxRows - _rows)))
        {
            database.Prepare("INSERT INTO DmarcEvaluations (PolicyDomain, EvaluatedAt, IsOptional, Details) VALUES (?, ?, ?, ?)")
                .Bind(evaluation.PolicyDomain).Bind(evaluation.EvaluatedAt.ToUnixTimeSeconds()).Bind(evaluation.IsOptional)
                .Bind(JsonSerializer.Serialize(evaluation.Details, DmarcEvaluationJson.Default.DmarcEvaluationDetails))
                .Run();
            written++;
        }

        _rows += written;
        return evaluations.Count - written;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} DMARC evaluations could not be kept")]
    private static partial void LogWriteFailed(ILogger logger, int count, Exception exception);
}
