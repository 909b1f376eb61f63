using System.Net;
using Mox.Addresses;

namespace Mox.Smtp;

/// <summary>What may stand after the @ of a path and in EHLO: a domain or an address literal (RFC 5321 section 4.1.3).</summary>
public readonly record struct SmtpHost
{
    /// <summary>A domain.</summary>
    public SmtpHost(Domain domain) => Domain = domain;

    /// <summary>An address literal.</summary>
    public SmtpHost(IPAddress literal) => Literal = literal;

    /// <summary>The domain, or null for an address literal.</summary>
    public Domain? Domain { get; }

    /// <summary>The address of a literal, or null for a domain.</summary>
    public IPAddress? Literal { get; }

    /// <inheritdoc/>
    public override string ToString() => Literal is null
        ? Domain?.ToString() ?? ""
        : Literal.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{Literal}]" : $"[{Literal}]";
}
