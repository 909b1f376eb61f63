using Microsoft.Extensions.Logging;
using Mox.Dns.Local;
using Mox.Dns.Upstream;

namespace Mox.Dns;

/// <summary>
/// A stub resolver (RFC 1034 section 5.3.1): asks recursive servers by UDP, and by TCP where an answer does not fit, remembers what
/// they say as long as it holds, and knows the hosts file.
/// </summary>
/// <remarks>
/// Thread-safe. Equal questions at the same time are asked once. Dispose it when nobody asks any more: lookups under way then end with
/// <see cref="DnsStatus.Timeout"/>.
/// </remarks>
public sealed class DnsClient : IDnsResolver, IAsyncDisposable
{
    private readonly DnsClientOptions _options;
    private readonly TimeProvider _time;
    private readonly DnsMetrics _metrics;
    private readonly DnsCache _cache;
    private readonly DnsUpstream _upstream;
    private readonly WatchedFile<HostsTable>? _hosts;
    private readonly HostsTable _noHosts = HostsTable.Parse("");
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(DnsName Name, int Type), Task> _underWay = [];

    /// <summary>Makes a resolver.</summary>
    /// <exception cref="ArgumentException">The options cannot be; the message says all that is wrong.</exception>
    public DnsClient(DnsClientOptions options, DnsMetrics metrics, TimeProvider time, ILogger<DnsClient> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        (_options, _metrics, _time) = (options, metrics, time);
        _cache = new DnsCache(time, options.MaxCacheEntries, options.MaxCacheBytes);
        _places = new SemaphoreSlim(options.MaxConcurrentLookups);
        _hosts = options.HostsFile is { Length: > 0 } hosts ? new WatchedFile<HostsTable>(hosts, HostsTable.Parse, time, logger) : null;
        _upstream = new DnsUpstream(Configuration(options, time, logger), metrics, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (name.IsEmpty)
        {
            throw new ArgumentException("There is no name to ask for.", nameof(name));
        }

        ct.ThrowIfCancellationRequested();
        if (LocalNames.TryAnswer(name, type, _hosts?.Current ?? _noHosts, out var answer))
        {
            return ValueTask.FromResult(answer);
        }

        if (_cache.TryGet(name, type, out answer))
        {
            _metrics.CacheHit(type);
            return ValueTask.FromResult(answer);
        }

        return new ValueTask<DnsAnswer<T>>(Shared(name, type).WaitAsync(ct));
    }

    /// <summary>Ends what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] underWay;
        lock (_gate)
        {
            underWay = [.. _underWay.Values];
        }

        await Task.WhenAll(underWay);
    }

    // The lookup belongs to all who wait for it: it goes on when one of them does not want it any more, until its own deadline.
    private Task<DnsAnswer<T>> Shared<T>(DnsName name, DnsRecordType<T> type)
    {
        lock (_gate)
        {
            if (_underWay.TryGetValue((name, type.Code), out var running))
            {
                return (Task<DnsAnswer<T>>)running;
            }

            // It may just have ended.
            if (_cache.TryGet(name, type, out var answer))
            {
                return Task.FromResult(answer);
            }

            var lookup = Task.Run(() => LookupAsync(name, type));
            _underWay[(name, type.Code)] = lookup;
            return lookup;
        }
    }

    private async Task<DnsAnswer<T>> LookupAsync<T>(DnsName name, DnsRecordType<T> type)
    {
        using var activity = DnsMetrics.Activities.StartActivity("dns.lookup", System.Diagnostics.ActivityKind.Client);
        activity?.SetTag("dns.question.name", name.ToString()).SetTag("dns.type", type.Name);
        var started = _time.GetTimestamp();
        try
        {
            using var time = new CancellationTokenSource(_options.Deadline, _time);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _stop.Token);
            var (answer, bytes) = await InTurnAsync(name, type, deadline.Token);
            _metrics.Lookup(type, answer.Status, _time.GetElapsedTime(started));
            activity?.SetTag("status", answer.Status.ToString());
            if (!_stop.IsCancellationRequested)
            {
                _cache.Set(name, type, answer, answer.IsTemporaryFailure ? _options.FailureTtl : answer.Ttl, bytes);
            }

            return answer;
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove((name, type.Code));
            }
        }
    }

    private async Task<(DnsAnswer<T> Answer, long Bytes)> InTurnAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken deadline)
    {
        try
        {
            await _places.WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            return (Failed<T>(name, ServerReply.Failure(DnsStatus.Timeout, "too many lookups at once")), 0);
        }

        try
        {
            return await FollowAsync(name, type, deadline);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<(DnsAnswer<T> Answer, long Bytes)> FollowAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken deadline)
    {
        var (aliases, bytes, ttl, isAuthentic) = (0, 0L, _options.MaxTtl, true);
        while (true)
        {
            var reply = await _upstream.AskAsync(name, type, deadline);
            if (reply.Message is not { } message || reply.Status != DnsStatus.Ok)
            {
                return (Failed<T>(name, reply), bytes);
            }

            var end = AliasChain.Follow(message, name, type, aliases);
            aliases += end.Aliases;
            bytes += message.Bytes.Length;
            isAuthentic &= reply.IsAuthentic;
            ttl = Shorter(ttl, TimeSpan.FromSeconds(end.TtlSeconds));
            if (end.IsUnfinished)
            {
                name = end.Name;
                continue;
            }

            var answer = new DnsAnswer<T>
            {
                Status = end.Status,
                Records = end.Records,
                CanonicalName = end.Name,
                ExtendedError = message.ExtendedError,
                Explanation = end.Explanation,
            };
            return (answer.IsTemporaryFailure ? answer : answer with
            {
                IsAuthentic = isAuthentic,
                Ttl = end.Status == DnsStatus.Ok ? ttl : Shorter(ttl, _options.MaxNegativeTtl),
            }, bytes);
        }
    }

    private static DnsAnswer<T> Failed<T>(DnsName name, ServerReply reply) => new()
    {
        Status = reply.Status,
        CanonicalName = name,
        ExtendedError = reply.Message?.ExtendedError,
        Explanation = reply.Explanation,
    };

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static Func<ResolverConfiguration> Configuration(DnsClientOptions options, TimeProvider time, ILogger logger)
    {
        Func<ResolverConfiguration> found;
        if (options.Servers.Count > 0)
        {
            var given = ResolverConfiguration.Default with
            {
                Servers = [.. options.Servers.Select(server => ResolverConfiguration.Server(server, options.TrustAuthenticData))],
            };
            found = () => given;
        }
        else if (OperatingSystem.IsWindows())
        {
            var networks = new SystemServers(time);
            found = () => networks.Current;
        }
        else
        {
            var file = new WatchedFile<ResolverConfiguration>(options.ResolvConfFile, ResolverConfiguration.Parse, time, logger);
            found = () => file.Current;
        }

        return () =>
        {
            var settings = found();
            return settings with { TryTimeout = options.TryTimeout ?? settings.TryTimeout, Attempts = options.Attempts ?? settings.Attempts };
        };
    }
}
