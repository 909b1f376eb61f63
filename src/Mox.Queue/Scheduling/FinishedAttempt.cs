using Mox.Store;

namespace Mox.Queue;

/// <summary>Writes down what an attempt came to: done, to be tried again, or to be reported. Runs on the writer's thread.</summary>
internal sealed class FinishedAttempt(ClaimedAttempt attempt, TransportResult result, QueueOptions options)
{
    private int _gone;

    /// <summary>Does it; returns how many rows are gone, and whether the content is, too.</summary>
    public (int Gone, bool IsContentGone) Run(QueueWriteContext context)
    {
        _gone = 0;
        IReadOnlyList<HoldRule> rules = HoldRules.Read(context.Database);
        for (int i = 0; i < attempt.Recipients.Count; i++)
        {
            QueuedRecipient recipient = attempt.Recipients[i];
            RecipientOutcome outcome = result.Recipients[i];
            if (!WantsReport(recipient, outcome, out bool isRetried))
            {
                Delete(context.Database, recipient);
            }
            else if (isRetried)
            {
                Retry(context.Database, recipient, outcome, rules);
            }
            else
            {
                Report(context, recipient, outcome);
            }
        }

        return (_gone, _gone > 0 && QueueChanges.RemoveUnused(context.Database, attempt.Content.Id));
    }

    /// <summary>Whether a recipient that failed is not tried again: for good, or since its time is up.</summary>
    public static bool IsFinal(QueuedRecipient recipient, RecipientOutcome outcome) =>
        outcome.Kind == OutcomeKind.Permanent || (outcome.Kind == OutcomeKind.Temporary && recipient.NextAttemptAt > recipient.ExpiresAt);

    // A report is never reported (RFC 3461 section 6): the null reverse-path has nobody to tell.
    private bool WantsReport(QueuedRecipient recipient, RecipientOutcome outcome, out bool isRetried)
    {
        isRetried = !outcome.IsSuccess && !IsFinal(recipient, outcome);
        if (isRetried)
        {
            return true;
        }

        bool isWanted = outcome.Kind switch
        {
            OutcomeKind.HandedOn => false,
            OutcomeKind.Delivered or OutcomeKind.Relayed => recipient.WantsSuccess,
            _ => recipient.WantsFailure,
        };
        return isWanted && !attempt.Content.From.IsNull;
    }

    private void Delete(Database database, QueuedRecipient recipient)
    {
        database.Prepare("DELETE FROM Recipients WHERE Id = ? AND Lease = ?").Bind(recipient.Id).Bind(attempt.Lease).Run();
        _gone += database.Changes;
    }

    private void Retry(Database database, QueuedRecipient recipient, RecipientOutcome outcome, IReadOnlyList<HoldRule> rules)
    {
        // The first failure sets when the sender is told of the delay, once.
        bool tells = attempt.Attempts == 1 && options.DelayNotice > TimeSpan.Zero && recipient.WantsDelay && !attempt.Content.From.IsNull;
        long? notice = tells ? UnixTime.Of(attempt.Content.StartsAt + options.DelayNotice) : null;
        bool isHeld = HoldRules.Fit(rules, attempt.Content.Account, attempt.Content.SenderDomain.Ascii, recipient.Domain);
        Statement update = database.Prepare(
            """
            UPDATE Recipients SET State = ?, Lease = NULL, NextAttemptAt = ?, NoticeAt = coalesce(?, NoticeAt),
                Outcome = ?, ReplyCode = ?, ReplyStatus = ?, ReplyText = ?, RemoteMta = ?
            WHERE Id = ? AND Lease = ?
            """)
            .Bind((long)(isHeld ? QueueState.Held : QueueState.Queued))
            .Bind(isHeld ? UnixTime.Never : UnixTime.Of(recipient.NextAttemptAt))
            .Bind(notice);
        Bind(update, outcome).Bind(recipient.Id).Bind(attempt.Lease).Run();
    }

    private void Report(QueueWriteContext context, QueuedRecipient recipient, RecipientOutcome outcome)
    {
        Statement update = context.Database.Prepare(
            """
            UPDATE Recipients SET State = 1, Lease = NULL, NextAttemptAt = ?, ExpiresAt = ?, NoticeAt = NULL,
                Outcome = ?, ReplyCode = ?, ReplyStatus = ?, ReplyText = ?, RemoteMta = ?
            WHERE Id = ? AND Lease = ?
            """).Bind(UnixTime.Of(context.Now)).Bind(UnixTime.Of(context.Now + Reports.Patience));
        Bind(update, outcome).Bind(recipient.Id).Bind(attempt.Lease).Run();
    }

    private static Statement Bind(Statement update, RecipientOutcome outcome) => update
        .Bind((long)outcome.Kind).Bind(outcome.Code).Bind(outcome.Status?.ToString()).Bind(Shortened(outcome.Text)).Bind(outcome.RemoteMta);

    // A peer may say much.
    private static string Shortened(string text) => text.Length <= 1000 ? text : text[..1000];
}
