using System.Net;
using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>Asks DNS for one check, and counts: what a check may cost others is bounded (RFC 7208 section 4.6.4).</summary>
internal sealed class SpfQuestions(IDnsResolver dns)
{
    public const int MaxLookups = 10;
    public const int MaxVoidLookups = 2;
    public const int MaxNames = 10;

    /// <summary>Terms that ask.</summary>
    public int Lookups { get; private set; }

    /// <summary>Questions that had nothing for an answer.</summary>
    public int VoidLookups { get; private set; }

    /// <summary>Whether all answers were.</summary>
    public bool IsAuthentic { get; private set; } = true;

    /// <summary>Counts a term; an error when it is one too many.</summary>
    public SpfMatch? CountTerm() =>
        ++Lookups > MaxLookups ? SpfMatch.PermError($"more than {MaxLookups} terms that ask DNS") : null;

    /// <summary>Asks without counting: the records of the domain itself.</summary>
    public async ValueTask<DnsAnswer<T>> AskAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
    {
        var answer = await dns.QueryAsync(name, type, ct);
        IsAuthentic &= answer.IsAuthentic;
        return answer;
    }

    /// <summary>Asks for a mechanism; an error when there is no answer, or when it is one empty answer too many.</summary>
    public async ValueTask<(IReadOnlyList<T> Records, SpfMatch? Error)> AskForTermAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct)
    {
        var answer = await AskAsync(name, type, ct);
        if (answer.IsTemporaryFailure)
        {
            return ([], SpfMatch.TempError($"{name} {type}: {answer}"));
        }

        VoidLookups += answer.Records.Count == 0 ? 1 : 0;
        return (answer.Records, VoidLookups > MaxVoidLookups ? SpfMatch.PermError($"more than {MaxVoidLookups} questions without a record for an answer") : null);
    }

    /// <summary>Asks for the addresses of the client's kind.</summary>
    public ValueTask<(IReadOnlyList<IPAddress> Records, SpfMatch? Error)> AskAddressesAsync(DnsName name, bool isV4, CancellationToken ct) =>
        AskForTermAsync(name, isV4 ? DnsRecordTypes.A : DnsRecordTypes.Aaaa, ct);
}
