using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.PublicSuffix;

namespace Mox.EmailAuth.Dmarc;

/// <summary>Finds policies (RFC 7489 section 6.6.3), and whom reports may go to (RFC 7489 section 7.1).</summary>
/// <param name="dns">Answers questions.</param>
/// <param name="suffixes">Which domains people register names below.</param>
/// <param name="walksTree">Whether owners are found by walking up the tree (RFC 9989) in place of the public suffix list.</param>
public sealed class DmarcLookup(IDnsResolver dns, PublicSuffixList suffixes, bool walksTree = false)
{
    // (RFC 9989 section 4.10)
    private const int MaxSteps = 8;

    /// <summary>The policy for mail from a domain. Only cancellation throws.</summary>
    public ValueTask<DmarcFound> FindAsync(Domain domain, CancellationToken ct) => walksTree ? WalkAsync(domain, ct) : FindByListAsync(domain, ct);

    /// <summary>The owner's domain, for alignment.</summary>
    public async ValueTask<Domain> OrganizationalDomainAsync(Domain domain, CancellationToken ct) =>
        walksTree ? (await WalkAsync(domain, ct)).OrganizationalDomain : suffixes.OrganizationalDomain(domain);

    /// <summary>Whether a domain takes reports about another; null when it could not be found out now.</summary>
    public async ValueTask<bool?> TakesReportsAsync(Domain destination, Domain about, CancellationToken ct)
    {
        if (suffixes.OrganizationalDomain(destination) == suffixes.OrganizationalDomain(about))
        {
            return true;
        }

        if (!DnsName.TryParse($"{about.Ascii}._report._dmarc.{destination.Ascii}", out var name))
        {
            return false;
        }

        var answer = await dns.QueryAsync(name, DnsRecordTypes.Txt, ct);
        return answer.IsTemporaryFailure ? null : answer.Records.Any(record => DmarcRecord.IsDmarc(record.Text));
    }

    private async ValueTask<DmarcFound> FindByListAsync(Domain domain, CancellationToken ct)
    {
        var organizational = suffixes.OrganizationalDomain(domain);
        var found = await AskAsync(domain, organizational, ct);
        if (found.Status != DmarcStatus.None || found.Problem.Length > 0 || organizational == domain)
        {
            return found;
        }

        var above = await AskAsync(organizational, organizational, ct);
        return above with { IsAuthentic = above.IsAuthentic && found.IsAuthentic };
    }

    private async ValueTask<DmarcFound> WalkAsync(Domain domain, CancellationToken ct)
    {
        List<DmarcFound> records = [];
        bool isAuthentic = true;
        var at = domain;
        DmarcFound? own = null, failed = null;
        for (int step = 0; step < MaxSteps && !at.IsEmpty; step++)
        {
            var found = await AskAsync(at, default, ct);
            isAuthentic &= found.IsAuthentic;
            failed ??= found.Status == DmarcStatus.TempError ? found : null;
            if (found.Record is { } record)
            {
                records.Add(found);
                own ??= at == domain ? found : null;
                if (record.IsPublicSuffix is not null)
                {
                    break;
                }
            }

            at = Next(at, step);
        }

        var organizational = Organizational(domain, records);
        var best = own ?? records.FirstOrDefault(found => found.Domain == organizational) ?? records.LastOrDefault();
        return (best ?? failed ?? new DmarcFound { Status = DmarcStatus.None, OrganizationalDomain = organizational })
            with
        { OrganizationalDomain = organizational, IsAuthentic = isAuthentic };
    }

    // Names of many labels are cut to seven after the first question, so that they cost no more.
    private static Domain Next(Domain at, int step)
    {
        string[] labels = at.Ascii.Split('.');
        string[] rest = labels[Math.Max(1, step == 0 ? labels.Length - (MaxSteps - 1) : 1)..];
        return rest.Length > 0 && Domain.TryParseLax(string.Join('.', rest), out var next) ? next : default;
    }

    // (RFC 9989 section 4.10.2): the name that says psd=n, one below the name that says psd=y, or the shortest with a record.
    private static Domain Organizational(Domain domain, List<DmarcFound> records)
    {
        if (records.Find(found => found.Record!.IsPublicSuffix == false) is { } said)
        {
            return said.Domain;
        }

        if (records.Find(found => found.Record!.IsPublicSuffix == true) is { } suffix && suffix.Domain != domain)
        {
            string below = domain.Ascii[..^(suffix.Domain.Ascii.Length + 1)];
            return Domain.TryParseLax($"{below[(below.LastIndexOf('.') + 1)..]}.{suffix.Domain.Ascii}", out var one) ? one : domain;
        }

        return records.Count > 0 ? records[^1].Domain : domain;
    }

    private async ValueTask<DmarcFound> AskAsync(Domain domain, Domain organizational, CancellationToken ct)
    {
        var found = new DmarcFound { Status = DmarcStatus.None, Domain = domain, OrganizationalDomain = organizational };
        if (!DnsName.TryParse($"_dmarc.{domain.Ascii}", out var name))
        {
            return found;
        }

        var answer = await dns.QueryAsync(name, DnsRecordTypes.Txt, ct);
        found = found with { IsAuthentic = answer.IsAuthentic };
        if (answer.IsTemporaryFailure)
        {
            return found with { Status = DmarcStatus.TempError, Problem = $"{name} TXT: {answer}" };
        }

        string[] texts = [.. answer.Records.Select(record => record.Text).Where(DmarcRecord.IsDmarc)];
        return texts.Length switch
        {
            0 => found,
            1 when DmarcRecord.TryParse(texts[0], out var record, out string? problem) => found with { Status = DmarcStatus.Pass, Record = record, Problem = problem ?? "" },
            1 => found with { Status = DmarcStatus.PermError, Problem = $"{name}: a bad record" },
            _ => found with { Problem = $"{name} has {texts.Length} policies" },
        };
    }
}
