using Mox.Addresses;
using Mox.Smtp;

namespace Mox.Queue;

/// <summary>Why something that a user sends is not taken: each names the rule or the setting.</summary>
internal static class Refusals
{
    public static readonly SmtpReply NoHeader = new(554, 5, 6, 0, "the message has no header section, or no empty line after it");
    public static readonly SmtpReply LongHeader = new(554, 5, 6, 0, "the header section is longer than 1 MB");
    public static readonly SmtpReply BareLine = new(554, 5, 6, 0, "the message has a NUL, or a CR or LF that is no CRLF");
    public static readonly SmtpReply LongLine = new(554, 5, 6, 0, "the message has a line of more than 100,000 octets");
    public static readonly SmtpReply NullPath = new(550, 5, 7, 1, "only delivery and disposition reports may have a null reverse-path");
    public static readonly SmtpReply Unavailable = new(451, 4, 3, 0, "the queue is not available, try again later");
    public static readonly SmtpReply Unsigned = new(451, 4, 3, 0, "the message cannot be signed now, try again later");
    public static readonly SmtpReply Full = new(452, 4, 3, 1, "no space left for mail, try again later");

    public static SmtpReply BadFrom(string problem) => new(550, 5, 6, 0, $"{problem}: exactly one From field with one address is needed");

    public static SmtpReply BadAuthor(string field) => new(550, 5, 6, 0, $"the {field} field has no valid address");

    public static SmtpReply NotOwned(string where, string address) =>
        new(550, 5, 7, 1, $"{where} has {(address.Length == 0 ? "an address" : address)}, which is no address of your account, nor an alias that lets its members send");

    public static SmtpReply Disabled(Domain domain) => new(451, 4, 3, 0, $"the domain {domain.Ascii} is disabled for now, try again later");

    public static SmtpReply OverLimit(SendingLimitException e) =>
        new(451, 4, 7, 1, $"over the limit {e.Setting} of your account, {e.Limit} recipients in 24 hours: try again later");
}
