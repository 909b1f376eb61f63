using Mox.Addresses;

namespace Mox.Smtp;

/// <summary>The path of MAIL FROM (RFC 5321 section 4.1.1.2): where failures are reported. Empty for reports themselves.</summary>
/// <param name="Mailbox">Local part and host, or null for the null reverse-path.</param>
public sealed record ReversePath(SmtpMailbox? Mailbox)
{
    /// <summary>The null reverse-path <c>&lt;&gt;</c> (RFC 5321 section 4.5.5).</summary>
    public static ReversePath Null { get; } = new((SmtpMailbox?)null);

    /// <summary>True for <c>&lt;&gt;</c>.</summary>
    public bool IsNull => Mailbox is null;

    /// <summary>The address, or null for the null reverse-path and for an address literal.</summary>
    public Address? Address => Mailbox?.Address;

    /// <summary>The path without angle brackets; empty for the null reverse-path.</summary>
    public override string ToString() => Mailbox?.ToString() ?? "";
}
