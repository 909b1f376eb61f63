using Microsoft.Extensions.Logging;
using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>
/// Mail from other servers: where some recipients have got a message and others cannot, the session says 250, and the sender is told of the others
/// by a report; so it is of deliveries that it wanted to hear of (RFC 3461 section 4.1).
/// </summary>
/// <remarks>
/// The last answer of a session is one for all: an error would make the sender believe that nobody has the message. Nobody is left without an answer,
/// though: where no report can be sent, the error stays. It also stays where trying again may soon help (a fault of ours, a rate):
/// the sender comes back then, and those who have the message do not get it twice (<see cref="RecentDeliveries"/>).
/// </remarks>
public sealed partial class ReportingMail(
    IInboundMail inner, INonDelivery reports, DeliveryMetrics metrics, TimeProvider time, DeliveryOptions options, ILogger<ReportingMail> logger) : IInboundMail
{
    private readonly ReportLimits? _limits = options.Limits ? new ReportLimits(time) : null;

    /// <inheritdoc/>
    public async ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(envelope);
        var transaction = await inner.BeginAsync(peer, envelope, ct);
        // A report is never reported, and an address literal cannot be replied to.
        return envelope.From.Address is { } sender ? new Transaction(this, transaction, peer, envelope, sender) : transaction;
    }

    private async ValueTask<bool> TryReportAsync(DeliveryReport report, SmtpPeer peer, CancellationToken ct)
    {
        bool isAllowed = _limits?.TryAdd(peer.RemoteIp, report.To) ?? true;
        bool isQueued = isAllowed && await reports.TryReportAsync(report, ct);
        if (!isAllowed)
        {
            LogLimited(logger, report.To, peer.RemoteIp, report.MessageId);
        }
        metrics.Report(isQueued ? "queued" : isAllowed ? "failed" : "limited");
        return isQueued;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "no report, there were too many to={To} remote={Remote} msgid={MessageId}")]
    private static partial void LogLimited(ILogger logger, Addresses.Address to, System.Net.IPAddress remote, string? messageId);

    private sealed class Transaction(ReportingMail owner, IMailTransaction inner, SmtpPeer peer, Envelope envelope, Addresses.Address sender) : IMailTransaction
    {
        private readonly List<RecipientRequest> _recipients = [];
        private OriginalCapture? _original;

        // One recipient alone hears of a failure in the session.
        private bool MayReport => _recipients.Count > 1 || _recipients.Exists(WantsSuccess);

        public async ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest request, CancellationToken ct)
        {
            var reply = await inner.AddRecipientAsync(request, ct);
            if (reply.IsPositive)
            {
                _recipients.Add(request);
            }
            return reply;
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            inner.Write(bytes);
            if (_original is null && MayReport)
            {
                _original = new OriginalCapture(envelope.Dsn?.Return == DsnReturn.Full);
            }
            _original?.Write(bytes);
        }

        public async ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
        {
            var result = await inner.DeliverAsync(content, ct);
            if (!MayReport)
            {
                return result;
            }
            var told = _recipients.DistinctBy(r => r.Path).Select(r => new ReportedRecipient(r, ReplyFor(r.Path, result))).ToList();
            var failed = told.FindAll(r => !r.Reply.IsPositive);
            if (failed.Count == told.Count || failed.Exists(r => MaySoonSucceed(r.Reply)))
            {
                return result;
            }
            var wanted = told.FindAll(r => r.Reply.IsPositive ? WantsSuccess(r.Request) : WantsFailure(r.Request));
            bool isTold = wanted.Count == 0 || await owner.TryReportAsync(Report(wanted, content), peer, CancellationToken.None);
            return failed.Count == 0 || !isTold ? result : result with { Reply = Partial(told, wanted) };
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private static SmtpReply ReplyFor(ForwardPath path, InboundResult result) =>
            result.Recipients.FirstOrDefault(r => r.Recipient == path)?.Reply ?? result.Reply;

        // A full mailbox may stay so for weeks, and would hold up the mail of all others as long.
        private static bool MaySoonSucceed(SmtpReply reply) => reply.IsTemporary && reply != Replies.OverQuota;

        // Nothing said means on failure (RFC 3461 section 4.1).
        private static bool WantsFailure(RecipientRequest request) => request.Notify is not { } notify || notify.HasFlag(DsnNotify.Failure);

        private static bool WantsSuccess(RecipientRequest request) => request.Notify is { } notify && notify.HasFlag(DsnNotify.Success);

        private static SmtpReply Partial(List<ReportedRecipient> told, List<ReportedRecipient> wanted)
        {
            string about = wanted.Exists(r => !r.Reply.IsPositive) ? "; a report tells the sender about the others" : "";
            return new SmtpReply(250, 2, 0, 0, $"delivered to {told.Count(r => r.Reply.IsPositive)} of {told.Count} recipients{about}");
        }

        private DeliveryReport Report(List<ReportedRecipient> recipients, ContentFacts content)
        {
            // RET is about failures only (RFC 3461 section 4.3).
            var whole = recipients.Exists(r => !r.Reply.IsPositive) ? _original?.Whole : null;
            return new DeliveryReport
            {
                To = sender,
                Dsn = envelope.Dsn,
                ArrivedAt = content.ReceivedAt,
                MessageId = content.MessageId,
                Original = whole ?? _original?.Header ?? default,
                IsWholeOriginal = whole is not null,
                Recipients = recipients,
            };
        }
    }
}
