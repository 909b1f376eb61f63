using Microsoft.Extensions.Logging;
using Mox.Mime;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Tells senders what became of their mail: composes reports and puts them into the Inbox of the account that sent.</summary>
/// <remarks>The rows stay until the report is on stable storage. A crash in between makes a second report, never none.</remarks>
internal sealed partial class Reports(MailQueue queue, Func<string> postmasterAccount, ILogger logger)
{
    // Larger messages come back as their header, whatever RET says: a report must not be refused for its size.
    private const int MaxReturnedBytes = 1024 * 1024;
    private const int MaxHeaderBytes = 256 * 1024;
    private const int NoticesAtOnce = 100;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(15);

    /// <summary>So long the account itself is tried; then the postmaster gets the report.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Reports all of a message that is done, and removes its rows.</summary>
    public async Task SendAsync(long messageId)
    {
        (QueuedContent? content, List<QueuedRecipient> done) = await ReadAsync(messageId, "State = 1", 0);
        if (content is null || done.Count == 0)
        {
            return;
        }

        // A failure by hand comes here whatever the sender wanted.
        List<QueuedRecipient> wanted = content.From.IsNull ? [] : [.. done.Where(r => r.Outcome is { IsSuccess: true } ? r.WantsSuccess : r.WantsFailure)];
        if (wanted.Count > 0 && !await TryDeliverAsync(content, wanted, Action))
        {
            long later = UnixTime.Of(queue.Time.GetUtcNow() + TryAgainAfter);
            await ForEachAsync("UPDATE Recipients SET NextAttemptAt = ? WHERE Id = ? AND State = 1", done, messageId, later);
            queue.Signal.Raise(later);
            return;
        }

        await ForEachAsync("DELETE FROM Recipients WHERE Id = ? AND State = 1", done, messageId, null);
    }

    /// <summary>Whether a report of delay is due.</summary>
    public static bool IsAnyLate(Database database, long now) => Due(database, now).Count > 0;

    /// <summary>Reports the delays that are due, each once.</summary>
    public async Task SendDelaysAsync(CancellationToken ct)
    {
        try
        {
            List<long> messages;
            do
            {
                long now = UnixTime.Of(queue.Time.GetUtcNow());
                messages = await queue.ReadAsync(database => Due(database, now));
                foreach (long id in messages)
                {
                    ct.ThrowIfCancellationRequested();
                    (QueuedContent? content, List<QueuedRecipient> late) = await ReadAsync(id, "NoticeAt <= ?", now);
                    List<QueuedRecipient> waiting = [.. late.Where(r => r.State is QueueState.Queued or QueueState.Delivering && r.Outcome is not null)];
                    if (content is not null && waiting.Count > 0)
                    {
                        // One that cannot be told is left: the report of failure may find the account well again.
                        await TryDeliverAsync(content, waiting, static (_, _) => DsnAction.Delayed);
                    }

                    await ForEachAsync("UPDATE Recipients SET NoticeAt = NULL WHERE Id = ?", late, id, null);
                }
            }
            while (messages.Count == NoticesAtOnce);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // They are still due at the next start.
        }
        catch (StoreException e)
        {
            LogNotRead(logger, e);
        }
    }

    private static DsnAction Action(QueuedRecipient recipient, RecipientOutcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Delivered => DsnAction.Delivered,
        OutcomeKind.Relayed => DsnAction.Relayed,
        _ => DsnAction.Failed,
    };

    private static List<long> Due(Database database, long now)
    {
        var messages = new List<long>();
        Statement row = database.Prepare("SELECT DISTINCT MessageId FROM Recipients WHERE NoticeAt <= ? LIMIT ?").Bind(now).Bind(NoticesAtOnce);
        while (row.Step())
        {
            messages.Add(row.Int64(0));
        }

        return messages;
    }

    private Task<(QueuedContent?, List<QueuedRecipient>)> ReadAsync(long messageId, string condition, long now) => queue.ReadAsync(database =>
    {
        var recipients = new List<QueuedRecipient>();
        Statement row = database.Prepare($"SELECT {QueuedRecipient.Columns} FROM Recipients WHERE MessageId = ? AND {condition} ORDER BY Id").Bind(messageId);
        if (condition.EndsWith('?'))
        {
            row.Bind(now);
        }

        while (row.Step())
        {
            recipients.Add(QueuedRecipient.Read(row));
        }

        return (QueuedContent.Read(database, messageId), recipients);
    });

    private Task<bool> ForEachAsync(string sql, List<QueuedRecipient> recipients, long messageId, long? value) => queue.WriteAsync(c =>
    {
        foreach (QueuedRecipient recipient in recipients)
        {
            Statement statement = c.Database.Prepare(sql);
            _ = value is { } bound ? statement.Bind(bound) : statement;
            statement.Bind(recipient.Id).Run();
        }

        bool isDelete = sql.StartsWith("DELETE", StringComparison.Ordinal);
        bool isContentGone = isDelete && QueueChanges.RemoveUnused(c.Database, messageId);
        c.AfterCommit(() => queue.Gone(isDelete ? recipients.Count : 0, isContentGone ? [messageId] : []));
        return true;
    });

    private async Task<bool> TryDeliverAsync(
        QueuedContent content, List<QueuedRecipient> recipients, Func<QueuedRecipient, RecipientOutcome, DsnAction> action)
    {
        DateTimeOffset now = queue.Time.GetUtcNow();
        bool isLate = recipients.Any(r => r.State == QueueState.Reporting && r.ExpiresAt < now);
        string account = isLate || !queue.Accounts.Exists(content.Account) ? postmasterAccount() : content.Account;
        try
        {
            using SpooledMessageWriter spool = queue.Accounts.CreateSpool();
            Compose(content, recipients, action, now, spool);
            using SpooledMessage report = spool.Finish();
            using AccountLease lease = await queue.Accounts.OpenAsync(account, CancellationToken.None);
            await lease.Account.DeliverAsync(
                MailboxName.Inbox,
                new NewMessage { Content = report, Prefix = "Return-Path: <>\r\n"u8.ToArray(), ReceivedAt = now, MailFrom = "", RcptTo = content.From.ToString() },
                CancellationToken.None);
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            LogNotTold(logger, content.Id, account, e.Message);
            return false;
        }

        DsnAction worst = recipients.Min(r => action(r, r.Outcome!));
        queue.Metrics.Reported(worst.ToString());
        LogTold(logger, worst, content.Id, account, content.MessageIdHeader, recipients.Count);
        return true;
    }

    private void Compose(
        QueuedContent content, List<QueuedRecipient> recipients, Func<QueuedRecipient, RecipientOutcome, DsnAction> action, DateTimeOffset now,
        SpooledMessageWriter spool)
    {
        DsnRecipient[] told = [.. recipients.Select(r => Told(r, r.Outcome!, action(r, r.Outcome!)))];
        // RET is about failures only (RFC 3461 section 4.3).
        bool isWhole = content.Dsn?.Return == DsnReturn.Full && told.Any(r => r.Action == DsnAction.Failed)
            && content.Prefix.Length + content.FileBytes <= MaxReturnedBytes;
        var dsn = new DsnComposer
        {
            ReportingMta = queue.Options.Hostname,
            To = content.From.Address!.Value,
            Date = now,
            ArrivedAt = content.SubmittedAt,
            EnvelopeId = content.Dsn?.EnvelopeId,
            ReleaseRequested = content.ReleaseAt,
            OriginalMessageId = content.MessageIdHeader,
            Recipients = told,
            Original = Original(content, isWhole),
            IsWholeOriginal = isWhole,
        };
        using var bytes = new MemoryStream();
        dsn.WriteTo(bytes);
        spool.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private byte[] Original(QueuedContent content, bool isWhole)
    {
        try
        {
            using MessageContent file = queue.Files.Open(content.Id, content.Prefix, content.FileBytes);
            long length = isWhole ? file.SizeBytes : Math.Min(content.Prefix.Length + content.HeaderBytes, MaxHeaderBytes);
            byte[] bytes = new byte[length];
            int read = 0;
            for (int count; read < bytes.Length && (count = file.Read(read, bytes.AsSpan(read))) > 0; read += count)
            {
            }

            return bytes[..read];
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            // The sender is told all the same.
            LogNoOriginal(logger, content.Id, e);
            return content.Prefix;
        }
    }

    private static DsnRecipient Told(QueuedRecipient recipient, RecipientOutcome outcome, DsnAction action)
    {
        ForwardPath path = recipient.Request.Path;
        bool isExpired = action == DsnAction.Failed && outcome.Kind == OutcomeKind.Temporary;
        string status = outcome.Status is { } given && given.Class == ClassOf(action) ? given.ToString() : $"{ClassOf(action)}.0.0";
        string text = outcome.Code > 0 ? outcome.ToString() : outcome.Text;
        return new DsnRecipient
        {
            Address = path.ToString(),
            AsciiAddress = path.Address is { } address ? address.ToAsciiString() : path.ToString(),
            Action = action,
            // Time is up: Delivery time expired (RFC 3463 section 3.5).
            Status = isExpired ? "5.4.7" : status,
            OriginalRecipient = recipient.Request.OriginalRecipient?.ToString(),
            RemoteMta = outcome.RemoteMta,
            Diagnostic = text,
            IsSmtpReply = outcome.Code > 0,
            LastAttemptAt = recipient.LastAttemptAt,
            WillRetryUntil = action == DsnAction.Delayed ? recipient.ExpiresAt : null,
        };
    }

    private static int ClassOf(DsnAction action) => action switch
    {
        DsnAction.Failed => 5,
        DsnAction.Delayed => 4,
        _ => 2,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "reported action={Action} id={Id} account={Account} msgid={MessageId} recipients={Recipients}")]
    private static partial void LogTold(ILogger logger, DsnAction action, long id, string account, string? messageId, int recipients);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a report about queued message {Id} could not be put into account {Account}, and is tried again: {Problem}")]
    private static partial void LogNotTold(ILogger logger, long id, string account, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "a report about queued message {Id} goes without its header")]
    private static partial void LogNoOriginal(ILogger logger, long id, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue: delays cannot be read")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
