using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Spf;
using Mox.Mime;

namespace Mox.EmailAuth.Dmarc;

/// <summary>Holds the results of SPF and DKIM against the author that a message names (RFC 7489 section 6.6).</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="lookup">Finds policies.</param>
/// <param name="dns">Answers whether a domain exists.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts.</param>
/// <param name="draw">Draws a number from 0 to 99 for each message, to which pct is held.</param>
public sealed class DmarcVerifier(DmarcLookup lookup, IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics, Func<int> draw)
{
    /// <summary>Evaluates a message. Only cancellation throws.</summary>
    public async Task<DmarcVerdict> VerifyAsync(HeaderBlock header, SpfVerdict spf, DkimOutcome dkim, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spf);
        ArgumentNullException.ThrowIfNull(dkim);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("dmarc.verify");
        var verdict = await EvaluateAsync(header, spf, dkim, ct);
        verdict = verdict with { Duration = time.GetElapsedTime(started) };
        metrics.Checked("dmarc", verdict.Status.ToString(), verdict.Duration);
        activity?.SetTag("result", verdict.Status.ToString());
        return verdict;
    }

    private async Task<DmarcVerdict> EvaluateAsync(HeaderBlock header, SpfVerdict spf, DkimOutcome dkim, CancellationToken ct)
    {
        if (!MessageFrom.TryRead(header, out var from, out string? problem))
        {
            return new DmarcVerdict { Status = DmarcStatus.None, Problem = problem };
        }

        var found = await lookup.FindAsync(from.Domain, ct);
        var verdict = new DmarcVerdict { Status = found.Status, FromDomain = from.Domain, Found = found, Problem = found.Problem };
        if (found.Record is not { } record)
        {
            return verdict with { Problem = found.Problem.Length > 0 ? found.Problem : "the domain has no policy" };
        }

        verdict = verdict with
        {
            IsSpfAligned = spf.Result == SpfResult.Pass && await IsAlignedAsync(spf.Domain, found, from.Domain, record.IsSpfStrict, ct),
            IsDkimAligned = await IsAnyAlignedAsync(dkim.Passed, found, from.Domain, record.IsDkimStrict, ct),
        };
        if (verdict.IsSpfAligned || verdict.IsDkimAligned)
        {
            return verdict with { Status = DmarcStatus.Pass, Problem = "" };
        }

        verdict = verdict with { Policy = await PolicyAsync(record, found, from.Domain, ct) };
        // What failed only for now might have passed: that is no ground to refuse mail.
        bool mightPass = (spf.Result == SpfResult.TempError && await IsAlignedAsync(spf.Domain, found, from.Domain, record.IsSpfStrict, ct))
            || await IsAnyAlignedAsync(dkim.Verdicts.Where(one => one.Status == DkimStatus.TempError), found, from.Domain, record.IsDkimStrict, ct);
        if (mightPass)
        {
            return verdict with { Status = DmarcStatus.TempError, Problem = "what would be aligned could not be checked" };
        }

        var disposition = record.IsTesting || draw() >= record.Percentage ? Weaker(verdict.Policy) : verdict.Policy;
        return verdict with
        {
            Status = DmarcStatus.Fail,
            Disposition = disposition,
            IsSampledOut = disposition != verdict.Policy,
            Problem = "neither SPF nor DKIM passes for the domain of From",
        };
    }

    // (RFC 7489 section 6.6.4)
    private static DmarcPolicy Weaker(DmarcPolicy policy) => policy == DmarcPolicy.Reject ? DmarcPolicy.Quarantine : DmarcPolicy.None;

    private async ValueTask<DmarcPolicy> PolicyAsync(DmarcRecord record, DmarcFound found, Domain from, CancellationToken ct)
    {
        if (found.Domain == from)
        {
            return record.Policy;
        }

        if (record.NonexistentPolicy == record.SubdomainPolicy)
        {
            return record.SubdomainPolicy;
        }

        var answer = await dns.QueryAsync(DnsName.Of(from), DnsRecordTypes.A, ct);
        return answer.Status == DnsStatus.NxDomain ? record.NonexistentPolicy : record.SubdomainPolicy;
    }

    private async ValueTask<bool> IsAnyAlignedAsync(
        IEnumerable<DkimVerdict> verdicts, DmarcFound found, Domain from, bool isStrict, CancellationToken ct)
    {
        foreach (var verdict in verdicts)
        {
            if (await IsAlignedAsync(verdict.Signature!.Domain, found, from, isStrict, ct))
            {
                return true;
            }
        }

        return false;
    }

    // (RFC 7489 section 3.1)
    private async ValueTask<bool> IsAlignedAsync(Domain domain, DmarcFound found, Domain from, bool isStrict, CancellationToken ct) =>
        !domain.IsEmpty && (domain == from
            || (!isStrict && await lookup.OrganizationalDomainAsync(domain, ct) == found.OrganizationalDomain));
}
