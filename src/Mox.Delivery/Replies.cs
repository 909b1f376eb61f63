using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>What delivery answers.</summary>
internal static class Replies
{
    public static readonly SmtpReply RecipientAccepted = new(250, 2, 1, 5, "recipient ok");
    public static readonly SmtpReply UnknownUser = new(550, 5, 1, 1, "no such user here");
    public static readonly SmtpReply UnknownDomain = new(550, 5, 1, 1, "not a domain of this server, and no relaying");
    public static readonly SmtpReply DisabledDomain = new(450, 4, 2, 1, "mail for this domain is not taken for now, try again later");
    public static readonly SmtpReply Delivered = new(250, 2, 0, 0, "delivered");
    public static readonly SmtpReply OverQuota = new(452, 4, 2, 2, "account over quota, try again later");
    public static readonly SmtpReply HighRate = new(452, 4, 2, 2, "too much mail for this account from your network, try again later");
    public static readonly SmtpReply StoreFull = new(452, 4, 3, 1, "no space left for mail, try again later");
    public static readonly SmtpReply Error = new(451, 4, 3, 0, "error processing");
}
