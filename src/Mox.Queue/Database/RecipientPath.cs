using System.Net;
using Mox.Addresses;
using Mox.Smtp;

namespace Mox.Queue;

/// <summary>Paths as queue.db has them: the localpart unquoted, the domain as A-labels, an address literal in brackets.</summary>
internal static class RecipientPath
{
    /// <summary>The domain column of a host.</summary>
    public static string DomainOf(SmtpHost host) => host.Domain is { } domain ? domain.Ascii : host.ToString();

    /// <summary>The host of a domain column.</summary>
    public static SmtpHost HostOf(string domain)
    {
        if (domain.StartsWith('['))
        {
            string literal = domain[1..^1];
            return new SmtpHost(IPAddress.Parse(literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal[5..] : literal));
        }

        // Underscores came in through SMTP, which takes them.
        return Domain.TryParseLax(domain, out Domain parsed) ? new SmtpHost(parsed) : throw new FormatException($"Bad domain {domain} in the queue.");
    }

    /// <summary>The path of the two columns.</summary>
    public static ForwardPath Of(string localPart, string domain) =>
        LocalPart.TryFromValue(localPart, out LocalPart local, out string? problem)
            ? new ForwardPath(local, HostOf(domain))
            : throw new FormatException($"Bad localpart in the queue: {problem}.");

    /// <summary>The reverse-path of its column: empty is the null path.</summary>
    public static ReversePath From(string text) => text.Length == 0 ? ReversePath.Null
        : Address.TryParse(text, out Address address) ? new ReversePath(new SmtpMailbox(address.LocalPart, new SmtpHost(address.Domain)))
        : throw new FormatException("Bad reverse-path in the queue.");
}
