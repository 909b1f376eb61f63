using Mox.Smtp;

namespace Mox.Queue;

/// <summary>Queues a message: its file gets its name, its rows are written. Runs on the writer's thread.</summary>
internal static class AddMessage
{
    private const string InsertMessage =
        """
        INSERT INTO Messages (Id, Account, MailFrom, SenderDomain, SubmittedAt, ReleaseAt, FileBytes, HeaderBytes, Prefix, Body, NeedsSmtpUtf8,
            ReceivedCount, DsnReturn, EnvelopeId, MessageIdHeader, Subject, TraceParent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string InsertRecipient =
        """
        INSERT INTO Recipients (Id, MessageId, LocalPart, Domain, Notify, OriginalType, OriginalAddress, State, Attempts, NextAttemptAt, ExpiresAt, Transport)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '')
        """;

    // For lists only.
    private const int MaxSubjectLength = 200;

    /// <summary>Does it; returns the message's id and when it is due first.</summary>
    /// <exception cref="SendingLimitException">The account may not send so much.</exception>
    public static (long Id, long DueAt) Run(QueueWriteContext context, NewQueuedMessage message, TimeSpan lifetime, string? traceParent)
    {
        if (message.Limits is { } limits)
        {
            SentCounts.Take(context, message.Account, limits, message.Recipients);
        }

        long id = context.TakeMessageId();
        message.Content.Flush();
        context.Links.Add(message.Content.Path, new Store.MessageId(id));
        WriteMessage(context, id, message, traceParent);
        long now = UnixTime.Of(context.Now);
        long release = Math.Max(now, UnixTime.Of(message.ReleaseAt) ?? 0);
        long expires = UnixTime.Of(UnixTime.From(release) + lifetime);
        IReadOnlyList<HoldRule> rules = HoldRules.Read(context.Database);
        foreach (RecipientRequest recipient in message.Recipients)
        {
            SmtpHost host = recipient.Path.Host ?? throw new ArgumentException("A recipient has no domain.", nameof(message));
            string domain = RecipientPath.DomainOf(host);
            bool isHeld = HoldRules.Fit(rules, message.Account, message.SenderDomain.Ascii, domain);
            context.Database.Prepare(InsertRecipient)
                .Bind(context.TakeRecipientId()).Bind(id)
                .Bind(recipient.Path.LocalPart.Value).Bind(domain)
                .Bind((long?)recipient.Notify).Bind(recipient.OriginalRecipient?.AddressType).Bind(recipient.OriginalRecipient?.Address)
                .Bind((long)(isHeld ? QueueState.Held : QueueState.Queued))
                .Bind(isHeld ? UnixTime.Never : release).Bind(expires).Run();
        }

        return (id, release);
    }

    private static void WriteMessage(QueueWriteContext context, long id, NewQueuedMessage message, string? traceParent)
    {
        Mime.ParsedMessage parsed = message.Content.Parsed;
        string subject = message.Subject.Length > MaxSubjectLength ? message.Subject[..MaxSubjectLength] : message.Subject;
        context.Database.Prepare(InsertMessage)
            .Bind(id)
            .Bind(message.Account)
            .Bind(message.From.ToString())
            .Bind(message.SenderDomain.Ascii)
            .Bind(UnixTime.Of(context.Now))
            .Bind(UnixTime.Of(message.ReleaseAt))
            .Bind(message.Content.SizeBytes)
            .Bind(parsed.Root.BodyStart)
            .Bind(message.Prefix.Span)
            .Bind((long)(parsed.Has8BitBody || parsed.HeaderLines8Bit > 0 ? MailBody.EightBitMime : MailBody.SevenBit))
            .Bind(message.NeedsSmtpUtf8)
            .Bind(message.ReceivedCount)
            .Bind((long?)message.Dsn?.Return)
            .Bind(message.Dsn?.EnvelopeId)
            .Bind(message.MessageIdHeader)
            .Bind(subject)
            .Bind(traceParent)
            .Run();
    }
}
