using System.Diagnostics;
using Mox.Config;
using Mox.Delivery.Senders;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>One message on its way in: its recipients, its content in one spooled file, the checks of its sender, and its deliveries.</summary>
/// <remarks>Nothing here is undone when the client goes: once the content is complete it is delivered, and at worst the sender sends it again.</remarks>
internal sealed class InboundTransaction : IMailTransaction
{
    // Mailboxes written to at once for one message.
    private const int MaxParallel = 8;

    private readonly InboundContext _context;
    private readonly SmtpPeer _peer;
    private readonly Envelope _envelope;
    private readonly DeliveryLog _log;
    private readonly SenderCheck _sender;
    private readonly InboundContent _content;
    private readonly List<InboundRecipient> _recipients = [];
    private readonly Dictionary<(string Account, string Mailbox, string Address), MailboxDelivery> _deliveries = [];

    public InboundTransaction(InboundContext context, SmtpPeer peer, Envelope envelope)
    {
        (_context, _peer, _envelope) = (context, peer, envelope);
        _log = new DeliveryLog(context.Logger, peer, envelope);
        _sender = new SenderCheck(context.Senders, peer, envelope);
        _content = new InboundContent(context.Store, [.. context.Options.Hostnames, peer.Hostname]);
    }

    public async ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest request, CancellationToken ct)
    {
        var recipient = request.Path;
        var resolution = _context.Recipients.Resolve(recipient);
        _context.Metrics.Recipient(resolution.GetType().Name);
        if (Refusal(resolution) is { } refusal)
        {
            return refusal;
        }
        // More than one only where reports would not go to a stranger.
        if (_recipients.Count > 0 && _context.Options.SpfForMany && !await _sender.IsReportableAsync(ct))
        {
            return Replies.OnlyOne;
        }
        if (resolution is Resolution.ToAccount { Account.Name: var name } && await CheckAsync(name) is { } problem)
        {
            return problem;
        }
        _recipients.Add(resolution switch
        {
            // Told only after the content, so that guessing is slow and leaves a trace.
            Resolution.UnknownUser => new InboundRecipient(recipient, []),
            Resolution.ToAccount account => new InboundRecipient(recipient, [Delivery(account, recipient, isMember: false)]),
            Resolution.ToAlias alias => new InboundRecipient(recipient, [.. alias.Members.Select(m => Delivery(m, recipient, isMember: true))], alias),
            _ => throw new InvalidOperationException($"Unknown resolution {resolution}."),
        });
        if (_deliveries.Count > 0)
        {
            _sender.Begin();
        }
        if (_deliveries.Count > 1)
        {
            _content.NeedHash();
        }
        return Replies.RecipientAccepted;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_deliveries.Count == 0)
        {
            // Only unknown users: nothing is kept.
            return;
        }
        try
        {
            _content.Write(bytes);
        }
        catch (StoreFullException e)
        {
            _log.StoreFull(e);
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
        var unknown = _recipients.FindAll(r => r.Deliveries.Count == 0);
        foreach (var recipient in unknown)
        {
            _log.Rejected(recipient.Path, DeliveryOutcome.UnknownUser, Replies.UnknownUser, content);
        }
        List<RecipientResult> results = [.. _recipients.Select(r => new RecipientResult(r.Path, r.Reply()))];
        var reply = ResultCombination.Combine(results);
        _context.Metrics.Duration(Stopwatch.GetElapsedTime(started));
        return new InboundResult(reply, results)
        {
            Delay = unknown.Count > 0 && _context.Options.Limits ? _context.Options.UnknownUserDelay : TimeSpan.Zero,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        _content.Dispose();
    }

    private static SmtpReply? Refusal(Resolution resolution) => resolution switch
    {
        Resolution.UnknownDomain => Replies.UnknownDomain,
        Resolution.DisabledDomain => Replies.DisabledDomain,
        Resolution.Refused { Error: { IsTemporary: true } error } => new SmtpReply(451, 4, 3, 0, error.Text),
        Resolution.Refused { Error: var error } => new SmtpReply(550, 5, 1, 1, error.Text),
        _ => null,
    };

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
            await _context.Store.CheckAsync(account, _envelope.SizeBytes ?? 0, CancellationToken.None);
            return null;
        }
        catch (QuotaExceededException)
        {
            return Replies.OverQuota;
        }
        catch (StoreException e)
        {
            _log.Failed(account, e);
            return Replies.Error;
        }
    }

    private async ValueTask DeliverAllAsync(ContentFacts content)
    {
        var (spool, hash) = _content.Finish();
        if (_content.RemovedFields > 0)
        {
            _context.Metrics.ResultsForged(_content.RemovedFields);
        }
        SenderResults results;
        try
        {
            _log.Results = results = await _sender.VerifyAsync(spool);
        }
        catch (InvalidDataException)
        {
            RefuseAll(DeliveryOutcome.HeaderTooLong, Replies.HeaderTooLong, content);
            return;
        }
        var refusal = SenderVerdict.Refusal(results);
        if (refusal is { } refused)
        {
            RefuseAll(refused.Outcome, refused.Reply, content);
        }
        else
        {
            await DeliverAsync(new AcceptedContent(spool, hash, content, _peer, results));
        }
        Record(results, refusal?.Outcome == DeliveryOutcome.DmarcPolicy, content);
    }

    private async Task DeliverAsync(AcceptedContent accepted)
    {
        foreach (var recipient in _recipients.Where(r => r.Alias is { Alias.PostPublic: false } alias && !IsMember(alias, accepted)))
        {
            recipient.Refusal = Replies.NotMember;
            _context.Metrics.Delivery(DeliveryOutcome.NotMember);
            _log.Rejected(recipient.Path, DeliveryOutcome.NotMember, Replies.NotMember, accepted.Facts);
        }
        List<MailboxDelivery> wanted = [.. _recipients.Where(r => r.Refusal is null).SelectMany(r => r.Deliveries).Distinct()];
        if (wanted.Count == 1)
        {
            await DeliverOneAsync(wanted[0], accepted);
        }
        else
        {
            await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel },
                async (delivery, _) => await DeliverOneAsync(delivery, accepted));
        }
        if (accepted.Hash is { } hash)
        {
            Remember(hash, wanted);
        }
    }

    // The author must be proven, or anybody could write in a member's name.
    private bool IsMember(Resolution.ToAlias alias, AcceptedContent accepted) =>
        accepted.Evidence.IsFromProven
        && _context.Recipients.Resolve(new ForwardPath(accepted.From.LocalPart, new SmtpHost(accepted.From.Domain))) is Resolution.ToAccount author
        && alias.Members.Any(member => member.Canonical == author.Canonical);

    private void RefuseAll(DeliveryOutcome outcome, SmtpReply reply, ContentFacts content)
    {
        foreach (var delivery in _deliveries.Values)
        {
            delivery.Reply = reply;
            _context.Metrics.Delivery(outcome);
            _log.Rejected(delivery.Recipient, outcome, reply, content);
        }
    }

    // Of what was taken, or refused for the policy; not of what did not get so far.
    private void Record(SenderResults results, bool isRefused, ContentFacts content)
    {
        var recipient = _deliveries.Values.FirstOrDefault(d => isRefused || d.Reply.IsPositive)?.Destination.Canonical.Domain;
        if (recipient is { } domain && EvaluationRecord.Of(results, isRefused, domain, content.ReceivedAt) is { } evaluation)
        {
            _context.Store.Record(evaluation);
        }
    }

    // Where some have it and others do not, the sender may hear of a failure, and send it to all again.
    private void Remember(string hash, IEnumerable<MailboxDelivery> deliveries)
    {
        bool isDone = _recipients.All(r => r.Reply().IsPositive);
        foreach (var delivery in deliveries.Where(d => d.Reply.IsPositive))
        {
            if (isDone)
            {
                _context.Recent.Remove(RecentKey(hash, delivery));
            }
            else
            {
                _context.Recent.Add(RecentKey(hash, delivery));
            }
        }
    }

    private RecentDeliveries.Key RecentKey(string hash, MailboxDelivery delivery) =>
        new(hash, _envelope.From.ToString(), delivery.Destination.Account.Name, delivery.Destination.Canonical.ToString());

    private async Task DeliverOneAsync(MailboxDelivery delivery, AcceptedContent accepted)
    {
        var content = accepted.Facts;
        var (outcome, reply) = accepted.Hash is { } hash && _context.Recent.Contains(RecentKey(hash, delivery))
            ? (DeliveryOutcome.DeliveredEarlier, Replies.Delivered)
            : !_context.Rates.TryAdd(delivery.Destination.Account.Name, _peer.RemoteIp, content.SizeBytes)
                ? (DeliveryOutcome.HighRate, Replies.HighRate)
                : await StoreAsync(delivery, accepted);
        delivery.Reply = reply;
        _context.Metrics.Delivery(outcome);
        if (reply.IsPositive)
        {
            _log.Delivered(delivery, outcome, content);
        }
        else
        {
            _log.Rejected(delivery.Recipient, outcome, reply, content);
        }
    }

    private async ValueTask<(DeliveryOutcome Outcome, SmtpReply Reply)> StoreAsync(MailboxDelivery delivery, AcceptedContent accepted)
    {
        var account = delivery.Destination.Account.Name;
        try
        {
            await accepted.Spool.DeliverAsync(new MailTarget(
                account,
                MailboxName.Parse(delivery.Destination.Mailbox),
                DeliveryHeader.Build(accepted.Peer, _envelope.From, accepted.Facts, delivery.Recipient, delivery.DeliveredTo, accepted.Header),
                accepted.Facts.ReceivedAt,
                _envelope.From.ToString(),
                delivery.Recipient.ToString(),
                _peer,
                accepted.Evidence), CancellationToken.None);
            return (DeliveryOutcome.Delivered, Replies.Delivered);
        }
        catch (QuotaExceededException)
        {
            return (DeliveryOutcome.OverQuota, Replies.OverQuota);
        }
        catch (StoreFullException e)
        {
            _log.StoreFull(e);
            return (DeliveryOutcome.StoreFull, Replies.StoreFull);
        }
        catch (Exception e)
        {
            // Caught here and not in the session only: one broken account must not fail the others that get this message.
            _log.Failed(account, e);
            return (DeliveryOutcome.Error, Replies.Error);
        }
    }
}
