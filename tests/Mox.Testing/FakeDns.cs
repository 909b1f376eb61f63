using System.Collections.Concurrent;
using System.Net;
using Mox.Dns;
using Mox.Dns.Records;

namespace Mox.Testing;

/// <summary>
/// DNS in memory: records by name and type, names that fail, hang or are slow, and the questions that were asked. What it does not
/// know does not exist.
/// </summary>
/// <remarks>Fill it first, or while it runs: it is thread-safe. A slow name answers after its time by the given clock.</remarks>
public sealed class FakeDns(TimeProvider? time = null) : IDnsResolver
{
    private const int MaxAliases = 16;

    private readonly ConcurrentDictionary<(DnsName Name, int Type), IReadOnlyList<object>> _records = new();
    private readonly ConcurrentDictionary<DnsName, (DnsStatus Status, DnsExtendedError? Error)> _failures = new();
    private readonly ConcurrentDictionary<DnsName, TimeSpan> _delays = new();
    private readonly ConcurrentDictionary<DnsName, bool> _authentic = new();
    private readonly ConcurrentQueue<(DnsName Name, string Type)> _questions = new();

    /// <summary>What was asked, in order; aliases followed within one question do not count.</summary>
    public IReadOnlyList<(DnsName Name, string Type)> Questions => [.. _questions];

    /// <summary>Answers what is not known here. Default nobody: it does not exist.</summary>
    public IDnsResolver? Others { get; init; }

    /// <summary>How long answers may be kept.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Adds a record to those of the name and type.</summary>
    public FakeDns Add<T>(string name, DnsRecordType<T> type, params IEnumerable<T> records)
        where T : notnull
    {
        _records.AddOrUpdate(
            (DnsName.Parse(name), type.Code), _ => [.. records.Cast<object>()], (_, before) => [.. before, .. records.Cast<object>()]);
        return this;
    }

    /// <summary>Adds addresses, of either kind.</summary>
    public FakeDns Address(string name, params IEnumerable<string> addresses)
    {
        foreach (var address in addresses.Select(IPAddress.Parse))
        {
            Add(name, address.GetAddressBytes().Length == 4 ? DnsRecordTypes.A : DnsRecordTypes.Aaaa, address);
        }

        return this;
    }

    /// <summary>Makes a name an alias.</summary>
    public FakeDns Cname(string name, string target) => Add(name, DnsRecordTypes.Cname, DnsName.Parse(target));

    /// <summary>Adds a host that takes the mail of a domain.</summary>
    public FakeDns Mx(string name, int preference, string host) =>
        Add(name, DnsRecordTypes.Mx, new MxRecord(preference, DnsName.Parse(host)));

    /// <summary>Adds texts, each a record.</summary>
    public FakeDns Txt(string name, params IEnumerable<string> texts) => Add(name, DnsRecordTypes.Txt, texts.Select(TxtRecord.Of));

    /// <summary>Adds names of an address.</summary>
    public FakeDns Ptr(string address, params IEnumerable<string> names) =>
        Add(DnsName.Of(IPAddress.Parse(address)).ToString(), DnsRecordTypes.Ptr, names.Select(DnsName.Parse));

    /// <summary>All answers about this name and what is below it are authentic.</summary>
    public FakeDns Authentic(string name)
    {
        _authentic[DnsName.Parse(name)] = true;
        return this;
    }

    /// <summary>Answers about this name and what is below it fail so.</summary>
    public FakeDns Fail(string name, DnsStatus status, DnsExtendedError? error = null)
    {
        _failures[DnsName.Parse(name)] = (status, error);
        return this;
    }

    /// <summary>What is about this name and below it is forged: SERVFAIL, as a validating server answers.</summary>
    public FakeDns Bogus(string name) => Fail(name, DnsStatus.ServFail, new DnsExtendedError(6, ""));

    /// <summary>This name and what is below it do not exist, whatever was added.</summary>
    public FakeDns NxDomain(string name) => Fail(name, DnsStatus.NxDomain);

    /// <summary>Nobody answers about this name and what is below it.</summary>
    public FakeDns Timeout(string name) => Fail(name, DnsStatus.Timeout);

    /// <summary>Answers about this name and what is below it take so long by the given clock.</summary>
    public FakeDns Slow(string name, TimeSpan delay)
    {
        _delays[DnsName.Parse(name)] = delay;
        return this;
    }

    /// <summary>Forgets all about a name: its records and how it fails.</summary>
    public FakeDns Forget(string name)
    {
        var parsed = DnsName.Parse(name);
        foreach (var key in _records.Keys.Where(key => key.Name == parsed))
        {
            _records.TryRemove(key, out _);
        }

        _failures.TryRemove(parsed, out _);
        _delays.TryRemove(parsed, out _);
        return this;
    }

    /// <summary>How often something was asked about a name.</summary>
    public int Asked(string name) => _questions.Count(question => question.Name == DnsName.Parse(name));

    public async ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _questions.Enqueue((name, type.Name));
        var current = name;
        var isAuthentic = true;
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            if (Nearest(_delays, current, out var delay) && delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time ?? throw new InvalidOperationException("A slow name needs a clock."), ct);
            }

            isAuthentic &= Nearest(_authentic, current, out _);
            if (Nearest(_failures, current, out var failure))
            {
                isAuthentic &= failure.Status == DnsStatus.NxDomain;
                return Answer(failure.Status, []) with { ExtendedError = failure.Error };
            }

            if (_records.TryGetValue((current, type.Code), out var records))
            {
                return Answer(DnsStatus.Ok, [.. records.Cast<T>()]);
            }

            if (!_records.TryGetValue((current, DnsRecordTypes.Cname.Code), out var alias))
            {
                bool isKnown = _records.Keys.Any(key => key.Name.IsOrIsUnder(current));
                if (!isKnown && Others is { } others)
                {
                    return await others.QueryAsync(current, type, ct);
                }

                return Answer(isKnown ? DnsStatus.NoData : DnsStatus.NxDomain, []);
            }

            current = (DnsName)alias[0];
        }

        isAuthentic = false;
        return Answer(DnsStatus.ServFail, []);

        DnsAnswer<T> Answer(DnsStatus status, IReadOnlyList<T> records) =>
            new() { Status = status, Records = records, IsAuthentic = isAuthentic, CanonicalName = current, Ttl = Ttl };
    }

    private static bool Nearest<TValue>(ConcurrentDictionary<DnsName, TValue> table, DnsName name, out TValue value)
        where TValue : notnull
    {
        var nearest = table.Where(row => name.IsOrIsUnder(row.Key)).OrderByDescending(row => row.Key.ToString().Length).Take(1).ToList();
        value = nearest.Count > 0 ? nearest[0].Value : default!;
        return nearest.Count > 0;
    }
}
