using Mox.Addresses;

namespace Mox.Smtp;

/// <summary>The path of RCPT TO (RFC 5321 section 4.1.1.3).</summary>
/// <param name="LocalPart">As sent, unquoted.</param>
/// <param name="Host">Null for <c>&lt;Postmaster&gt;</c> without a domain.</param>
public sealed record ForwardPath(LocalPart LocalPart, SmtpHost? Host)
{
    /// <summary>The address, or null without a domain.</summary>
    public Address? Address => Host?.Domain is { } domain ? new Address(LocalPart, domain) : null;

    /// <summary>The path without angle brackets.</summary>
    public override string ToString() => Host is { } host ? $"{LocalPart}@{host}" : LocalPart.ToString();
}
