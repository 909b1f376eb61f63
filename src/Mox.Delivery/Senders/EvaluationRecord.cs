using Mox.Addresses;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Spf;
using Mox.Store;
using static Mox.Delivery.Senders.SenderResults;

namespace Mox.Delivery.Senders;

/// <summary>Makes of the results a row of the domain's aggregate report (RFC 7489 section 7.2).</summary>
internal static class EvaluationRecord
{
    // What a domain publishes is bounded here, since it is kept with every message.
    private const int MaxRecordLength = 2048;

    /// <summary>The row; null where nobody wants one, or nothing was found out.</summary>
    /// <param name="results">What was found out.</param>
    /// <param name="isRefused">Whether the message was refused for the policy.</param>
    /// <param name="recipient">The domain that it was for.</param>
    /// <param name="at">When.</param>
    public static DmarcEvaluation? Of(SenderResults results, bool isRefused, Domain recipient, DateTimeOffset at)
    {
        if (results.Dmarc is not { Status: DmarcStatus.Pass or DmarcStatus.Fail, Found.Record: { AggregateReports.Count: > 0 } record } dmarc
            || record.Text.Length > MaxRecordLength)
        {
            return null;
        }

        return new DmarcEvaluation
        {
            PolicyDomain = dmarc.Found!.Domain.Ascii,
            EvaluatedAt = at,
            // A domain that others forge must not be flooded by what it does not know of.
            IsOptional = isRefused,
            Details = new DmarcEvaluationDetails
            {
                Record = record.Text,
                SourceIp = results.Sender.ClientIp.ToString(),
                Disposition = isRefused ? "reject" : "none",
                IsDkimAligned = dmarc.IsDkimAligned,
                IsSpfAligned = dmarc.IsSpfAligned,
                OverrideReasons = Reasons(dmarc, isRefused),
                EnvelopeTo = recipient.Ascii,
                EnvelopeFrom = results.Sender.MailFrom.Domain.Ascii,
                HeaderFrom = dmarc.FromDomain.Ascii,
                Dkim = [.. results.Dkim.Verdicts.Where(one => one.Signature is not null).Select(one =>
                    new DmarcDkimResult(one.Signature!.Domain.Ascii, one.Signature.Selector.Ascii, Word<DkimStatus>(one.Status)))],
                Spf = results.Spf is { Domain.IsEmpty: false } spf
                    ? [new DmarcSpfResult(spf.Domain.Ascii, results.Sender.MailFrom.IsEmpty ? "helo" : "mfrom", Word<SpfResult>(spf.Result))]
                    : [],
            },
        };
    }

    // Quarantine is refused here, too.
    private static IReadOnlyList<string> Reasons(DmarcVerdict dmarc, bool isRefused) =>
        dmarc.IsSampledOut ? ["sampled_out"] : isRefused && dmarc.Policy == DmarcPolicy.Quarantine ? ["local_policy"] : [];
}
