using Mox.Addresses;

namespace Mox.Smtp;

/// <summary>A mailbox as the SMTP grammar has it: <c>local-part@(domain / address-literal)</c> (RFC 5321 section 4.1.2).</summary>
public sealed record SmtpMailbox(LocalPart LocalPart, SmtpHost Host)
{
    /// <summary>The address, or null when the host is an address literal.</summary>
    public Address? Address => Host.Domain is { } domain ? new Address(LocalPart, domain) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{LocalPart}@{Host}";
}
