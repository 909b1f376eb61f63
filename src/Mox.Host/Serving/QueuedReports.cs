using System.Text;
using Mox.Config;
using Mox.Delivery;
using Mox.Mime;
using Mox.Queue;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Sends reports about mail from outside through the queue, with the null reverse-path, in the name of the postmaster.</summary>
internal sealed partial class QueuedReports(
    MailQueue queue, AccountStore accounts, RouteTable routes, MailSigner signer, LiveConfig live, TimeProvider time, ILogger<QueuedReports> logger)
    : INonDelivery
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryReportAsync(DeliveryReport report, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(report);
        MoxConfig config = live.Current;
        if (routes.Pick(config.Postmaster.Account, config.Hostname, new SmtpHost(report.To.Domain), 0) is null)
        {
            LogNoRoute(logger, report.To, report.MessageId);
            return false;
        }

        try
        {
            (long id, DsnComposer dsn) = await QueueAsync(report, config, ct);
            LogQueued(logger, id, report.To, dsn.Subject, report.MessageId, report.Recipients.Count);
            return true;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            LogNotQueued(logger, report.To, report.MessageId, e.Message);
            return false;
        }
    }

    private async Task<(long Id, DsnComposer Report)> QueueAsync(DeliveryReport report, MoxConfig config, CancellationToken ct)
    {
        var dsn = new DsnComposer
        {
            ReportingMta = config.Hostname,
            To = report.To,
            Date = time.GetUtcNow(),
            ArrivedAt = report.ArrivedAt,
            EnvelopeId = report.Dsn?.EnvelopeId,
            OriginalMessageId = report.MessageId,
            Recipients = [.. report.Recipients.Select(recipient => Told(recipient, report.ArrivedAt))],
            Original = report.Original,
            IsWholeOriginal = report.IsWholeOriginal,
        };
        using SpooledMessageWriter spool = accounts.CreateSpool();
        using (var bytes = new MemoryStream())
        {
            dsn.WriteTo(bytes);
            spool.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        using SpooledMessage content = spool.Finish();
        string signatures = await signer.SignAsync(config.Hostname, content, default, null, ct);
        var to = new ForwardPath(report.To.LocalPart, new SmtpHost(report.To.Domain));
        long id = await queue.AddAsync(
            new NewQueuedMessage
            {
                Account = config.Postmaster.Account,
                From = ReversePath.Null,
                SenderDomain = config.Hostname,
                Content = content,
                Prefix = Encoding.ASCII.GetBytes(signatures),
                // Nobody reports about a report (RFC 3461 section 6.1).
                Recipients = [new RecipientRequest(to, DsnNotify.Never)],
                NeedsSmtpUtf8 = dsn.IsInternational,
                MessageIdHeader = dsn.MessageId,
                Subject = dsn.Subject,
            },
            ct);
        return (id, dsn);
    }

    private static DsnRecipient Told(ReportedRecipient recipient, DateTimeOffset at)
    {
        ForwardPath path = recipient.Request.Path;
        SmtpReply reply = recipient.Reply;
        return new DsnRecipient
        {
            Address = path.ToString(),
            AsciiAddress = path.Address is { } address ? address.ToAsciiString() : path.ToString(),
            Action = reply.IsPositive ? DsnAction.Delivered : DsnAction.Failed,
            // Given up: what is temporary in a session is permanent here.
            Status = reply.Status is { } status ? (reply.IsPositive ? status : status with { Class = 5 }).ToString() : reply.IsPositive ? "2.0.0" : "5.0.0",
            OriginalRecipient = recipient.Request.OriginalRecipient?.ToString(),
            Diagnostic = reply.ToString(),
            IsSmtpReply = true,
            LastAttemptAt = at,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "reported id={Id} to={To} what={What} msgid={MessageId} recipients={Recipients}")]
    private static partial void LogQueued(ILogger logger, long id, Addresses.Address to, string what, string? messageId, int recipients);

    [LoggerMessage(Level = LogLevel.Information, Message = "no report: no route to={To} msgid={MessageId}")]
    private static partial void LogNoRoute(ILogger logger, Addresses.Address to, string? messageId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "no report could be queued to={To} msgid={MessageId} problem={Problem}")]
    private static partial void LogNotQueued(ILogger logger, Addresses.Address to, string? messageId, string problem);
}
