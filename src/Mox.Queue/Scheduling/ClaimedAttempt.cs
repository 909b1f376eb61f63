using Mox.Store;

namespace Mox.Queue;

/// <summary>An attempt that is on record: its recipients are being delivered, and their next attempt is set, before anybody is dialled.</summary>
/// <remarks>So a crash never hammers a server, and sends twice only what the server had taken already.</remarks>
internal sealed record ClaimedAttempt(long Lease, QueuedContent Content, IReadOnlyList<QueuedRecipient> Recipients, string? Transport, bool HasMore)
{
    // More go in a transaction of their own: servers need not take more (RFC 5321 section 4.5.3.1.8).
    private const int MaxRecipients = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>Attempts, this one included.</summary>
    public int Attempts => Recipients[0].Attempts + 1;

    /// <summary>Claims what is still due of an item; null when nothing is.</summary>
    public static ClaimedAttempt? Run(QueueWriteContext context, DueItem item, long lease, RouteTable routes, double random)
    {
        long now = UnixTime.Of(context.Now);
        if (QueuedContent.Read(context.Database, item.MessageId) is not { } content)
        {
            return null;
        }

        List<QueuedRecipient> recipients = ReadDue(context.Database, item, now);
        if (recipients.Count == 0)
        {
            return null;
        }

        if (routes.IsPaused(content.SenderDomain))
        {
            PauseAll(context.Database, item, now);
            return null;
        }

        bool hasMore = recipients.Count > MaxRecipients;
        if (hasMore)
        {
            recipients.RemoveAt(MaxRecipients);
        }

        string? transport = routes.Pick(content.Account, content.SenderDomain, RecipientPath.HostOf(item.Domain), item.Attempts);
        DateTimeOffset next = context.Now + RetrySchedule.After(item.Attempts + 1, random);
        foreach (QueuedRecipient recipient in recipients)
        {
            context.Database.Prepare(
                "UPDATE Recipients SET State = 2, Lease = ?, Attempts = Attempts + 1, LastAttemptAt = ?, NextAttemptAt = ?, Transport = ? WHERE Id = ?")
                .Bind(lease).Bind(now).Bind(UnixTime.Of(next)).Bind(transport ?? "").Bind(recipient.Id).Run();
        }

        return new ClaimedAttempt(lease, content, [.. recipients.Select(r => r with { NextAttemptAt = next, LastAttemptAt = context.Now })], transport, hasMore);
    }

    /// <summary>Lets go of what a claim took that nobody knows of: its commit was told to have failed, and held all the same.</summary>
    public static void Release(QueueWriteContext context, long lease) => context.Database.Prepare(
        "UPDATE Recipients SET State = 0, Lease = NULL, Attempts = Attempts - 1, NextAttemptAt = ? WHERE State = 2 AND Lease = ?")
        .Bind(UnixTime.Of(context.Now)).Bind(lease).Run();

    /// <summary>The job for a transport.</summary>
    public TransportJob Job(QueueFiles files) => new(() => files.Open(Content.Id, Content.Prefix, Content.FileBytes))
    {
        MessageId = Content.Id,
        Account = Content.Account,
        From = Content.From,
        Destination = Recipients[0].Request.Path.Host!.Value,
        Recipients = [.. Recipients.Select(r => r.Request)],
        Dsn = Content.Dsn,
        Body = Content.Body,
        NeedsSmtpUtf8 = Content.NeedsSmtpUtf8,
        SizeBytes = Content.Prefix.Length + Content.FileBytes,
        ReceivedCount = Content.ReceivedCount,
        Attempts = Attempts - 1,
        MessageIdHeader = Content.MessageIdHeader,
    };

    private static List<QueuedRecipient> ReadDue(Database database, DueItem item, long now)
    {
        var recipients = new List<QueuedRecipient>();
        Statement row = database.Prepare(
            $"""
            SELECT {QueuedRecipient.Columns} FROM Recipients
            WHERE MessageId = ? AND Domain = ? AND Attempts = ? AND State = 0 AND NextAttemptAt <= ? ORDER BY Id LIMIT ?
            """).Bind(item.MessageId).Bind(item.Domain).Bind(item.Attempts).Bind(now).Bind(MaxRecipients + 1);
        while (row.Step())
        {
            recipients.Add(QueuedRecipient.Read(row));
        }

        return recipients;
    }

    // The time of a pause does not count: a message that was paused does not bounce for it.
    private static void PauseAll(Database database, DueItem item, long now)
    {
        long pause = (long)Pause.TotalMilliseconds;
        database.Prepare(
            """
            UPDATE Recipients SET ExpiresAt = ExpiresAt + ?1 + ?2 - NextAttemptAt, NextAttemptAt = ?2 + ?1
            WHERE MessageId = ?3 AND State = 0 AND NextAttemptAt <= ?2
            """).Bind(pause).Bind(now).Bind(item.MessageId).Run();
    }
}
