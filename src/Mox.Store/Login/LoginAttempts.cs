using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>The record of attempts to log in (server.db): written in the background, kept 30 days.</summary>
/// <remarks>Alike attempts share a row. At most 10,000 rows of failed ones are kept for an account; then only known rows count on.</remarks>
public sealed partial class LoginAttempts
{
    internal const int MaxFailedRows = 10_000;

    private const int MaxWaiting = 10_000;
    private const int MaxAddressLength = 320;
    private const int MaxUserAgentLength = 200;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan WriteDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanupPeriod = TimeSpan.FromDays(1);

    private readonly ServerDatabase _server;
    private readonly StoreThreads _threads;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _failedRows = new(StringComparer.Ordinal);
    private readonly List<(LoginAttempt Attempt, LoginContext Context)> _waiting = [];
    private DateTimeOffset _nextCleanup;

    internal LoginAttempts(ServerDatabase server, StoreThreads threads, TimeProvider timeProvider, ILogger logger)
    {
        _server = server;
        _threads = threads;
        _timeProvider = timeProvider;
        _logger = logger;
        _nextCleanup = timeProvider.GetUtcNow();
        _timer = timeProvider.CreateTimer(_ => _threads.TryPost(() => WriteWaiting(all: false)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The latest attempts of an account ("-" for unknown ones), or of all; at most 10,000.</summary>
    public async Task<IReadOnlyList<LoginAttempt>> ListAsync(string? account, int limit, CancellationToken cancellationToken)
    {
        await FlushAsync().WaitAsync(cancellationToken);
        return await _threads.RunAsync(() => _server.Use(database => List(database, account, Math.Clamp(limit, 1, 10_000))))
            .WaitAsync(cancellationToken);
    }

    /// <summary>Notes an attempt; it is written within a second or so. When too many wait, it is dropped.</summary>
    internal void Record(string? account, string? login, string mechanism, LoginOutcome outcome, LoginContext context)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        var attempt = new LoginAttempt
        {
            Account = account ?? "-",
            LoginAddress = Cut(login ?? "", MaxAddressLength),
            RemoteIp = context.RemoteIp.ToString(),
            LocalIp = context.LocalIp?.ToString() ?? "",
            Tls = context.Tls is { } tls ? $"{tls.Protocol} {tls.CipherSuite}" : "",
            UserAgent = "",
            Protocol = context.Protocol,
            Mechanism = mechanism,
            Outcome = outcome,
            FirstAt = now,
            LastAt = now,
            Count = 1,
        };
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                return;
            }

            _waiting.Add((attempt, context));
            if (_waiting.Count == 1)
            {
                _timer.Change(WriteDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Writes what waits.</summary>
    internal Task FlushAsync() => _threads.RunAsync(() =>
    {
        WriteWaiting(all: true);
        return true;
    });

    internal async Task CloseAsync()
    {
        await _timer.DisposeAsync();
        await FlushAsync();
    }

    // What is younger than the delay waits on: the client may yet say what it is.
    private void WriteWaiting(bool all)
    {
        List<LoginAttempt> attempts;
        lock (_gate)
        {
            DateTimeOffset until = _timeProvider.GetUtcNow() - WriteDelay;
            int count = all ? _waiting.Count : _waiting.TakeWhile(w => w.Attempt.FirstAt <= until).Count();
            attempts = [.. _waiting.Take(count).Select(w => w.Attempt with { UserAgent = Cut(w.Context.UserAgent ?? "", MaxUserAgentLength) })];
            _waiting.RemoveRange(0, count);
            if (_waiting.Count > 0)
            {
                _timer.Change(WriteDelay, Timeout.InfiniteTimeSpan);
            }
        }

        try
        {
            if (attempts.Count > 0 || _timeProvider.GetUtcNow() >= _nextCleanup)
            {
                _server.Write(database => Write(database, attempts));
            }
        }
        catch (SqliteException e)
        {
            _failedRows.Clear();
            LogWriteFailed(_logger, attempts.Count, e);
        }
    }

    private bool Write(Database database, List<LoginAttempt> attempts)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        if (now >= _nextCleanup)
        {
            database.Prepare("DELETE FROM LoginAttempts WHERE LastAt < ?").Bind((now - Kept).ToUnixTimeSeconds()).Run();
            _failedRows.Clear();
            _nextCleanup = now + CleanupPeriod;
        }

        foreach (LoginAttempt attempt in attempts)
        {
            WriteOne(database, attempt);
        }

        return true;
    }

    private void WriteOne(Database database, LoginAttempt attempt)
    {
        byte[] fingerprint = Fingerprint(attempt);
        database.Prepare("UPDATE LoginAttempts SET LastAt = ?, Count = Count + 1 WHERE Fingerprint = ?")
            .Bind(attempt.LastAt.ToUnixTimeSeconds()).Bind(fingerprint).Run();
        if (database.Changes > 0)
        {
            return;
        }

        bool failed = attempt.Outcome != LoginOutcome.Ok;
        if (failed && FailedRows(database, attempt.Account) >= MaxFailedRows)
        {
            return;
        }

        database.Prepare(
            """
            INSERT INTO LoginAttempts (Fingerprint, Account, LoginAddress, RemoteIp, LocalIp, Tls, UserAgent, Protocol, Mechanism, Outcome,
                FirstAt, LastAt, Count)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            """)
            .Bind(fingerprint).Bind(attempt.Account).Bind(attempt.LoginAddress).Bind(attempt.RemoteIp).Bind(attempt.LocalIp)
            .Bind(attempt.Tls).Bind(attempt.UserAgent).Bind(attempt.Protocol).Bind(attempt.Mechanism).Bind((long)attempt.Outcome)
            .Bind(attempt.FirstAt.ToUnixTimeSeconds()).Bind(attempt.LastAt.ToUnixTimeSeconds())
            .Run();
        if (failed)
        {
            _failedRows[attempt.Account]++;
        }
    }

    private long FailedRows(Database database, string account)
    {
        if (!_failedRows.TryGetValue(account, out long count))
        {
            Statement read = database.Prepare("SELECT COUNT(*) FROM LoginAttempts WHERE Account = ? AND Outcome <> 0").Bind(account);
            read.Step();
            count = read.Int64(0);
            read.Reset();
            _failedRows[account] = count;
        }

        return count;
    }

    private static List<LoginAttempt> List(Database database, string? account, int limit)
    {
        using var context = new ServerDbContext(database.Connection);
        return [.. context.LoginAttempts.AsNoTracking()
            .Where(a => account == null || a.Account == account)
            .OrderByDescending(a => a.LastAt).ThenByDescending(a => a.Id)
            .Take(limit)
            .AsEnumerable()
            .Select(a => new LoginAttempt
            {
                Account = a.Account,
                LoginAddress = a.LoginAddress,
                RemoteIp = a.RemoteIp,
                LocalIp = a.LocalIp,
                Tls = a.Tls,
                UserAgent = a.UserAgent,
                Protocol = a.Protocol,
                Mechanism = a.Mechanism,
                Outcome = (LoginOutcome)a.Outcome,
                FirstAt = DateTimeOffset.FromUnixTimeSeconds(a.FirstAt),
                LastAt = DateTimeOffset.FromUnixTimeSeconds(a.LastAt),
                Count = a.Count,
            })];
    }

    private static byte[] Fingerprint(LoginAttempt attempt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] parts =
        [
            attempt.Account, attempt.LoginAddress, attempt.RemoteIp, attempt.LocalIp, attempt.Tls, attempt.UserAgent,
            attempt.Protocol, attempt.Mechanism, attempt.Outcome.ToString(),
        ];
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} login attempts could not be recorded")]
    private static partial void LogWriteFailed(ILogger logger, int count, Exception exception);
}
