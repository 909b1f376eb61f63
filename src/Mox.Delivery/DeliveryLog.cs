using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Delivery.Senders;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>The lines about a transaction: one for each delivery and refusal, with the words that a postmaster looks for.</summary>
internal sealed partial class DeliveryLog(ILogger logger, SmtpPeer peer, Envelope envelope)
{
    /// <summary>What was found out about the sender; null while nothing is.</summary>
    public SenderResults? Results { get; set; }

    public void Delivered(MailboxDelivery delivery, DeliveryOutcome outcome, ContentFacts content)
    {
        var (spf, dkim, dmarc) = SenderResults.Words(Results);
        LogDelivered(logger, envelope.From, delivery.Recipient, delivery.Destination.Account.Name, delivery.Destination.Mailbox, outcome,
            peer.RemoteIp, content.MessageId, content.SizeBytes, spf, dkim, dmarc);
    }

    public void Rejected(ForwardPath recipient, DeliveryOutcome reason, SmtpReply reply, ContentFacts content)
    {
        var (spf, dkim, dmarc) = SenderResults.Words(Results);
        LogRejected(logger, envelope.From, recipient, reason, reply, peer.RemoteIp, content.MessageId, content.SizeBytes, spf, dkim, dmarc);
    }

    /// <summary>An account failed; the store has said once that it is not available, and why.</summary>
    public void Failed(string account, Exception e)
    {
        if (e is AccountUnavailableException)
        {
            LogUnavailable(logger, account, e);
        }
        else
        {
            LogError(logger, account, e);
        }
    }

    public void StoreFull(StoreFullException e) => LogStoreFull(logger, e.Message);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "delivered from={From} to={To} account={Account} mailbox={Mailbox} outcome={Outcome} remote={Remote} msgid={MessageId} size={Size} "
            + "spf={Spf} dkim={Dkim} dmarc={Dmarc}")]
    private static partial void LogDelivered(ILogger logger, ReversePath from, ForwardPath to, string account, string mailbox,
        DeliveryOutcome outcome, IPAddress remote, string? messageId, long size, string spf, string dkim, string dmarc);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "not delivered from={From} to={To} reason={Reason} reply={Reply} remote={Remote} msgid={MessageId} size={Size} "
            + "spf={Spf} dkim={Dkim} dmarc={Dmarc}")]
    private static partial void LogRejected(ILogger logger, ReversePath from, ForwardPath to, DeliveryOutcome reason, SmtpReply reply,
        IPAddress remote, string? messageId, long size, string spf, string dkim, string dmarc);

    [LoggerMessage(Level = LogLevel.Error, Message = "delivery to account {Account} failed")]
    private static partial void LogError(ILogger logger, string account, Exception e);

    [LoggerMessage(Level = LogLevel.Debug, Message = "delivery to account {Account}: not available")]
    private static partial void LogUnavailable(ILogger logger, string account, Exception e);

    // Without a stack: it says nothing more, and a log on the same full disk must not grow by one for each message that is turned away.
    [LoggerMessage(Level = LogLevel.Error, Message = "no space left for mail problem={Problem}")]
    private static partial void LogStoreFull(ILogger logger, string problem);
}
