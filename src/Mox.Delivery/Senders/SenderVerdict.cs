using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Spf;
using Mox.Smtp;

namespace Mox.Delivery.Senders;

/// <summary>What follows of the results for a whole transaction.</summary>
internal static class SenderVerdict
{
    /// <summary>Why a message is refused to all, and the word for it; null when it is not.</summary>
    /// <remarks>Only what is certain refuses: a temporary error never does. Quarantine is refused like reject: nothing is accepted, then hidden.</remarks>
    public static (DeliveryOutcome Outcome, SmtpReply Reply)? Refusal(SenderResults results)
    {
        if (results.FromProblem.Length > 0)
        {
            return (DeliveryOutcome.DeceivingFrom, new SmtpReply(550, 5, 6, 0, $"the message is not taken: {results.FromProblem}"));
        }

        return results.Dmarc is { Disposition: not DmarcPolicy.None } dmarc
            ? (DeliveryOutcome.DmarcPolicy, new SmtpReply(550, 5, 7, 26, Text(dmarc, results)))
            : null;
    }

    private static string Text(DmarcVerdict dmarc, SenderResults results)
    {
        string spf = results.Spf is { Domain.IsEmpty: false } checkedSpf
            ? $"SPF for {checkedSpf.Domain.Ascii} is {SenderResults.Word<SpfResult>(checkedSpf.Result)}"
            : "there is no domain to check SPF for";
        string dkim = results.Dkim.Verdicts.Count == 0
            ? "there is no DKIM signature"
            : $"DKIM is {string.Join(", ", results.Dkim.Verdicts.Take(3).Select(one => $"{SenderResults.Word<EmailAuth.Dkim.DkimStatus>(one.Status)} for {one.Signature?.Domain.Ascii ?? "an unknown domain"}"))}";
        return $"{dmarc.FromDomain.Ascii} asks to refuse mail that is not proven to be from it (DMARC policy of {dmarc.Found!.Domain.Ascii}: "
            + $"{SenderResults.Word<DmarcPolicy>(dmarc.Policy)}); {spf}, {dkim}; neither proves {dmarc.FromDomain.Ascii}";
    }
}
