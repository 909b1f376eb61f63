using Mox.Config;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>A recipient of a transaction, and the mailboxes that it leads to; none for an unknown user.</summary>
internal sealed class InboundRecipient(ForwardPath path, IReadOnlyList<MailboxDelivery> deliveries, Resolution.ToAlias? alias = null)
{
    /// <summary>As given in RCPT TO.</summary>
    public ForwardPath Path => path;

    /// <summary>One for an address of an account, one for each member of an alias.</summary>
    public IReadOnlyList<MailboxDelivery> Deliveries => deliveries;

    /// <summary>The alias that it is; null when it is none.</summary>
    public Resolution.ToAlias? Alias => alias;

    /// <summary>Why this recipient does not get the message, whatever its mailboxes say; null when it may.</summary>
    public SmtpReply? Refusal { get; set; }

    /// <summary>
    /// What became of the recipient. An alias has got it when a member has, though another is full; but a fault of ours for any member is
    /// told, so that the sender tries again and nobody's copy is lost.
    /// </summary>
    public SmtpReply Reply() => Refusal ?? deliveries.Select(d => d.Reply).OrderByDescending(Weight).FirstOrDefault(Replies.UnknownUser);

    private static int Weight(SmtpReply reply) =>
        reply == Replies.OverQuota ? 1 : reply.IsPositive ? 2 : reply.IsTemporary ? 3 : 0;
}

/// <summary>One mailbox that gets the message: shared by all recipients that lead to it.</summary>
internal sealed class MailboxDelivery(Resolution.ToAccount destination, ForwardPath recipient, string deliveredTo)
{
    /// <summary>Where to.</summary>
    public Resolution.ToAccount Destination => destination;

    /// <summary>The recipient that led here first.</summary>
    public ForwardPath Recipient => recipient;

    /// <summary>The address for Delivered-To.</summary>
    public string DeliveredTo => deliveredTo;

    /// <summary>The result, once there is one.</summary>
    public SmtpReply Reply { get; set; } = Replies.Error;
}
