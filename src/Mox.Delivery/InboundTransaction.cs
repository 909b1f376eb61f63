using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>One message on its way in: its recipients, its content in one spooled file, and its deliveries.</summary>
/// <remarks>Nothing here is undone when the client goes: once the content is complete it is delivered, and at worst the sender sends it again.</remarks>
internal sealed partial class InboundTransaction(InboundContext context, SmtpPeer peer, Envelope envelope) : IMailTransaction
{
    // Mailboxes written to at once for one message.
    private const int MaxParallel = 8;

    private readonly List<InboundRecipient> _recipients = [];
    private readonly Dictionary<(string Account, string Mailbox, string Address), MailboxDelivery> _deliveries = [];
    private IMailSpool? _spool;
    private IncrementalHash? _hash;

    public async ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest request, CancellationToken ct)
    {
        var recipient = request.Path;
        var resolution = context.Recipients.Resolve(recipient);
        context.Metrics.Recipient(resolution.GetType().Name);
        switch (resolution)
        {
            case Resolution.UnknownUser:
                // Told only after the content, so that guessing is slow and leaves a trace.
                _recipients.Add(new InboundRecipient(recipient, []));
                return Replies.RecipientAccepted;
            case Resolution.UnknownDomain:
                return Replies.UnknownDomain;
            case Resolution.DisabledDomain:
                return Replies.DisabledDomain;
            case Resolution.Refused { Error: var error }:
                return error.IsTemporary ? new SmtpReply(451, 4, 3, 0, error.Text) : new SmtpReply(550, 5, 1, 1, error.Text);
            case Resolution.ToAccount account:
                return await CheckAsync(account.Account.Name) is { } problem ? problem : Accept(recipient, [Delivery(account, recipient, isMember: false)]);
            case Resolution.ToAlias alias:
                return Accept(recipient, [.. alias.Members.Select(m => Delivery(m, recipient, isMember: true))]);
            default:
                throw new InvalidOperationException($"Unknown resolution {resolution}.");
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_deliveries.Count == 0)
        {
            // Only unknown users: nothing is kept.
            return;
        }
        _hash?.AppendData(bytes);
        try
        {
            (_spool ??= context.Store.CreateSpool()).Write(bytes);
        }
        catch (StoreFullException e)
        {
            LogStoreFull(context.Logger, e.Message);
            throw new SmtpReplyException(Replies.StoreFull);
        }
    }

    public async ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
    {
        using var activity = DeliveryMetrics.Activities.StartActivity("delivery.deliver");
        activity?.SetTag("mox.recipients", _recipients.Count);
        long started = Stopwatch.GetTimestamp();
        if (_deliveries.Count > 0)
        {
            await DeliverAllAsync(content);
        }
        var results = new List<RecipientResult>(_recipients.Count);
        bool hasUnknown = false;
        foreach (var recipient in _recipients)
        {
            results.Add(new RecipientResult(recipient.Path, recipient.Reply()));
            hasUnknown |= recipient.Deliveries.Count == 0;
        }
        foreach (var unknown in _recipients.Where(r => r.Deliveries.Count == 0))
        {
            LogRejected(context.Logger, envelope.From, unknown.Path, DeliveryOutcome.UnknownUser, Replies.UnknownUser, peer.RemoteIp, content.MessageId, content.SizeBytes);
        }
        var reply = ResultCombination.Combine(results);
        context.Metrics.Duration(Stopwatch.GetElapsedTime(started));
        return new InboundResult(reply, results)
        {
            Delay = hasUnknown && context.Options.Limits ? context.Options.UnknownUserDelay : TimeSpan.Zero,
        };
    }

    public ValueTask DisposeAsync()
    {
        _hash?.Dispose();
        _spool?.Dispose();
        return ValueTask.CompletedTask;
    }

    private SmtpReply Accept(ForwardPath recipient, IReadOnlyList<MailboxDelivery> deliveries)
    {
        _recipients.Add(new InboundRecipient(recipient, deliveries));
        if (_deliveries.Count > 1)
        {
            _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
        return Replies.RecipientAccepted;
    }

    // One copy for each address of an account, however many recipients lead to it; a member of an alias who is also a recipient gets one.
    private MailboxDelivery Delivery(Resolution.ToAccount destination, ForwardPath recipient, bool isMember)
    {
        var key = (destination.Account.Name, destination.Mailbox, destination.Canonical.ToString());
        if (!_deliveries.TryGetValue(key, out var delivery))
        {
            string deliveredTo = isMember ? destination.Canonical.ToAsciiString() : DeliveryHeader.Ascii(recipient);
            _deliveries.Add(key, delivery = new MailboxDelivery(destination, recipient, deliveredTo));
        }
        return delivery;
    }

    // A full or broken account is best told for its recipient alone, before the content.
    private async ValueTask<SmtpReply?> CheckAsync(string account)
    {
        try
        {
            await context.Store.CheckAsync(account, envelope.SizeBytes ?? 0, CancellationToken.None);
            return null;
        }
        catch (QuotaExceededException)
        {
            return Replies.OverQuota;
        }
        catch (StoreException e)
        {
            LogFailed(context.Logger, account, e);
            return Replies.Error;
        }
    }

    private async ValueTask DeliverAllAsync(ContentFacts content)
    {
        // A message without a single byte is one, too.
        (_spool ??= context.Store.CreateSpool()).Finish();
        if (_hash is null)
        {
            await DeliverOneAsync(_deliveries.Values.First(), content, null);
            return;
        }
        string hash = Convert.ToHexString(_hash.GetHashAndReset());
        await Parallel.ForEachAsync(_deliveries.Values, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel },
            async (delivery, _) => await DeliverOneAsync(delivery, content, hash));
        Remember(hash);
    }

    // Where some have it and others do not, the sender may hear of a failure, and send it to all again.
    private void Remember(string hash)
    {
        bool isDone = _recipients.All(r => r.Reply().IsPositive);
        foreach (var delivery in _deliveries.Values.Where(d => d.Reply.IsPositive))
        {
            if (isDone)
            {
                context.Recent.Remove(RecentKey(hash, delivery));
            }
            else
            {
                context.Recent.Add(RecentKey(hash, delivery));
            }
        }
    }

    private RecentDeliveries.Key RecentKey(string hash, MailboxDelivery delivery) =>
        new(hash, envelope.From.ToString(), delivery.Destination.Account.Name, delivery.Destination.Canonical.ToString());

    private async Task DeliverOneAsync(MailboxDelivery delivery, ContentFacts content, string? hash)
    {
        var account = delivery.Destination.Account.Name;
        var (outcome, reply) = hash is not null && context.Recent.Contains(RecentKey(hash, delivery))
            ? (DeliveryOutcome.DeliveredEarlier, Replies.Delivered)
            : !context.Rates.TryAdd(account, peer.RemoteIp, content.SizeBytes)
                ? (DeliveryOutcome.HighRate, Replies.HighRate)
                : await StoreAsync(delivery, content);
        delivery.Reply = reply;
        context.Metrics.Delivery(outcome);
        if (reply.IsPositive)
        {
            LogDelivered(context.Logger, envelope.From, delivery.Recipient, account, delivery.Destination.Mailbox, outcome,
                peer.RemoteIp, content.MessageId, content.SizeBytes);
        }
        else
        {
            LogRejected(context.Logger, envelope.From, delivery.Recipient, outcome, reply, peer.RemoteIp, content.MessageId, content.SizeBytes);
        }
    }

    private async ValueTask<(DeliveryOutcome Outcome, SmtpReply Reply)> StoreAsync(MailboxDelivery delivery, ContentFacts content)
    {
        var account = delivery.Destination.Account.Name;
        try
        {
            var prefix = DeliveryHeader.Build(peer, envelope.From, content, delivery.Recipient, delivery.DeliveredTo);
            await _spool!.DeliverAsync(new MailTarget(
                account,
                MailboxName.Parse(delivery.Destination.Mailbox),
                prefix,
                content.ReceivedAt,
                envelope.From.ToString(),
                delivery.Recipient.ToString(),
                peer), CancellationToken.None);
            return (DeliveryOutcome.Delivered, Replies.Delivered);
        }
        catch (QuotaExceededException)
        {
            return (DeliveryOutcome.OverQuota, Replies.OverQuota);
        }
        catch (StoreFullException e)
        {
            LogStoreFull(context.Logger, e.Message);
            return (DeliveryOutcome.StoreFull, Replies.StoreFull);
        }
        catch (Exception e)
        {
            // Caught here and not in the session only: one broken account must not fail the others that get this message.
            LogFailed(context.Logger, account, e);
            return (DeliveryOutcome.Error, Replies.Error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "delivered from={From} to={To} account={Account} mailbox={Mailbox} outcome={Outcome} remote={Remote} msgid={MessageId} size={Size}")]
    private static partial void LogDelivered(ILogger logger, ReversePath from, ForwardPath to, string account, string mailbox,
        DeliveryOutcome outcome, System.Net.IPAddress remote, string? messageId, long size);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "not delivered from={From} to={To} reason={Reason} reply={Reply} remote={Remote} msgid={MessageId} size={Size}")]
    private static partial void LogRejected(ILogger logger, ReversePath from, ForwardPath to, DeliveryOutcome reason, SmtpReply reply,
        System.Net.IPAddress remote, string? messageId, long size);

    // The store has said once that the account is not available, and why.
    private static void LogFailed(ILogger logger, string account, Exception e)
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

    [LoggerMessage(Level = LogLevel.Error, Message = "delivery to account {Account} failed")]
    private static partial void LogError(ILogger logger, string account, Exception e);

    [LoggerMessage(Level = LogLevel.Debug, Message = "delivery to account {Account}: not available")]
    private static partial void LogUnavailable(ILogger logger, string account, Exception e);

    // Without a stack: it says nothing more, and a log on the same full disk must not grow by one for each message that is turned away.
    [LoggerMessage(Level = LogLevel.Error, Message = "no space left for mail problem={Problem}")]
    private static partial void LogStoreFull(ILogger logger, string problem);
}
