using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>What delivery answers.</summary>
internal static class Replies
{
    public static readonly SmtpReply RecipientAccepted = new(250, 2, 1, 5, "recipient ok");
    public static readonly SmtpReply UnknownUser = new(550, 5, 1, 1, "no such user here");
    public static readonly SmtpReply UnknownDomain = new(550, 5, 1, 1, "not a domain of this server, and no relaying");
    public static readonly SmtpReply DisabledDomain = new(450, 4, 2, 1, "mail for this domain is not taken for now, try again later");
    public static readonly SmtpReply OnlyOne =
        new(452, 4, 5, 3, "only one recipient at a time: SPF does not prove the sender, and failures could not be reported to it");
    public static readonly SmtpReply NotMember = new(550, 5, 7, 2, "only its members may write to this address, and the message is not proven to be from one");
    public static readonly SmtpReply HeaderTooLong = new(552, 5, 3, 4, "the header is too long");
    public static readonly SmtpReply Delivered = new(250, 2, 0, 0, "delivered");
    public static readonly SmtpReply OverQuota = new(452, 4, 2, 2, "account over quota, try again later");
    public static readonly SmtpReply HighRate = new(452, 4, 2, 2, "too much mail for this account from your network, try again later");
    public static readonly SmtpReply StoreFull = new(452, 4, 3, 1, "no space left for mail, try again later");
    public static readonly SmtpReply Error = new(451, 4, 3, 0, "error processing");
}
