using Mox.Addresses;
using Mox.Dns;
using Mox.Smtp;

namespace Mox.Delivery.Senders;

/// <summary>
/// Whether a sender could be told of a failure: the domain of the reverse-path takes mail, by MX or by its own address (RFC 5321 section
/// 5.1). Mail that nobody could be told about is not taken.
/// </summary>
internal sealed class ReturnAddress(IDnsResolver dns)
{
    /// <summary>Why mail of this domain is not taken; null when it is.</summary>
    public async ValueTask<SmtpReply?> ProblemAsync(Domain domain, CancellationToken ct)
    {
        if (!DnsName.TryParse(domain.Ascii, out var name))
        {
            return Refusal(domain, "is no name that could be looked up");
        }

        var hosts = await dns.QueryAsync(name, DnsRecordTypes.Mx, ct);
        if (hosts.Status == DnsStatus.Ok)
        {
            return hosts.Records.All(host => host.IsNull) ? Refusal(domain, "says that it takes no mail (RFC 7505)") : null;
        }

        if (hosts.IsTemporaryFailure)
        {
            return Unknown(domain);
        }

        if (hosts.Status == DnsStatus.NxDomain)
        {
            return Refusal(domain, "does not exist");
        }

        var addresses = await dns.LookupAddressesAsync(name, ct);
        return addresses.Status == DnsStatus.Ok ? null
            : addresses.IsTemporaryFailure ? Unknown(domain)
            : Refusal(domain, "has neither MX nor address");
    }

    /// <summary>Why the name in HELO is not taken: it does not exist. Null when it is, or when that could not be found out now.</summary>
    public async ValueTask<SmtpReply?> HelloProblemAsync(Domain hello, CancellationToken ct)
    {
        var addresses = DnsName.TryParse(hello.Ascii, out var name) ? await dns.LookupAddressesAsync(name, ct) : null;
        return addresses is { Status: DnsStatus.Ok } or { IsTemporaryFailure: true }
            ? null
            : new SmtpReply(550, 5, 5, 0, $"the name in HELO, {hello.Ascii}, has no address: say EHLO, or HELO with the name of your host");
    }

    private static SmtpReply Refusal(Domain domain, string what) =>
        new(550, 5, 7, 27, $"the sender's domain {domain.Ascii} {what}, so nobody could be told if this mail cannot be delivered");

    private static SmtpReply Unknown(Domain domain) =>
        new(451, 4, 4, 0, $"the sender's domain {domain.Ascii} could not be looked up, try again later");
}
