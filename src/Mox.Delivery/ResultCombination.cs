using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Makes one answer of the results of all recipients: SMTP has only one after the content.</summary>
/// <remarks>
/// A failure for anybody is a failure: nobody's mail is dropped in silence, whether <see cref="ReportingMail"/> can tell of it or not. What the sender
/// then tries again is not delivered twice (<see cref="RecentDeliveries"/>). Temporary wins over permanent, so that those who can still get it do.
/// </remarks>
internal static class ResultCombination
{
    private const int MaxNamed = 10;

    private static readonly SmtpReply Delivered = new(250, 2, 0, 0, "delivered");

    /// <summary>The answer for at least one result.</summary>
    public static SmtpReply Combine(IReadOnlyList<RecipientResult> results)
    {
        var failed = results.Where(r => !r.Reply.IsPositive).ToList();
        if (failed.Count == 0)
        {
            return Delivered;
        }
        var worst = failed.Find(r => r.Reply.IsTemporary) ?? failed[0];
        if (results.Count == 1)
        {
            return worst.Reply;
        }
        var same = failed.FindAll(r => r.Reply.Code == worst.Reply.Code && r.Reply.Status == worst.Reply.Status);
        string names = string.Join(", ", failed.Take(MaxNamed).Select(r => $"<{r.Recipient}>")) + (failed.Count > MaxNamed ? ", ..." : "");
        string count = failed.Count == results.Count ? "no recipient" : $"{results.Count - failed.Count} of {results.Count} recipients";
        // Where the failures differ in kind, the status says only whether trying again may help.
        var status = same.Count == failed.Count ? worst.Reply.Status : worst.Reply.IsTemporary ? new EnhancedStatus(4, 0, 0) : new EnhancedStatus(5, 0, 0);
        int code = same.Count == failed.Count ? worst.Reply.Code : worst.Reply.IsTemporary ? 451 : 554;
        return new SmtpReply(code, status, $"{worst.Reply.Text}; delivered to {count}, not to {names}");
    }
}
