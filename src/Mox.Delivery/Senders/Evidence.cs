using Mox.Addresses;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.PublicSuffix;
using Mox.EmailAuth.Spf;
using Mox.Store;

namespace Mox.Delivery.Senders;

/// <summary>Makes of the results what the message's row keeps.</summary>
internal static class Evidence
{
    /// <summary>What the row says.</summary>
    public static SenderEvidence Of(SenderResults results)
    {
        bool hasFrom = !results.From.IsEmpty;
        return new SenderEvidence
        {
            FromLocalPart = hasFrom ? results.From.LocalPart.Value : null,
            FromDomain = hasFrom ? results.From.Domain.Ascii : null,
            FromOrganization = hasFrom ? PublicSuffixList.Default.OrganizationalDomain(results.From.Domain).Ascii : null,
            From = hasFrom ? From(results) : SenderProof.None,
            MailFrom = results.IsOwnQueue ? SenderProof.Strict : results.Sender.MailFrom.IsEmpty ? SenderProof.None : Proof(results.Spf),
            Ehlo = results.IsOwnQueue ? SenderProof.Strict : Proof(results.HelloSpf),
            SigningDomains = [.. results.Dkim.Passed.Select(one => one.Signature!.Domain.Ascii).Distinct(StringComparer.Ordinal)],
        };
    }

    private static SenderProof From(SenderResults results)
    {
        if (results.IsOwnQueue)
        {
            // Whose address From is was checked when the message was submitted.
            return SenderProof.Strict;
        }

        List<Domain> proven = [.. results.Dkim.Passed.Select(one => one.Signature!.Domain)];
        if (results.Spf is { Result: SpfResult.Pass } spf)
        {
            proven.Add(spf.Domain);
        }

        return proven.Contains(results.From.Domain) ? SenderProof.Strict : results.Dmarc!.Status switch
        {
            DmarcStatus.Pass => SenderProof.Dmarc,
            DmarcStatus.Fail => SenderProof.Fail,
            DmarcStatus.TempError => SenderProof.TempError,
            DmarcStatus.PermError => SenderProof.PermError,
            _ => proven.Exists(domain => IsSameOwner(domain, results.From.Domain)) ? SenderProof.Relaxed : SenderProof.None,
        };
    }

    private static bool IsSameOwner(Domain one, Domain other) =>
        PublicSuffixList.Default.OrganizationalDomain(one) == PublicSuffixList.Default.OrganizationalDomain(other);

    private static SenderProof Proof(SpfVerdict? verdict) => verdict?.Result switch
    {
        SpfResult.Pass => SenderProof.Pass,
        SpfResult.Neutral => SenderProof.Neutral,
        SpfResult.Fail => SenderProof.Fail,
        SpfResult.SoftFail => SenderProof.SoftFail,
        SpfResult.TempError => SenderProof.TempError,
        SpfResult.PermError => SenderProof.PermError,
        SpfResult.None => SenderProof.None,
        _ => SenderProof.Unknown,
    };
}
