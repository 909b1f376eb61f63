namespace Mox.Smtp;

/// <summary>ORCPT of RCPT TO: a recipient as the sender first had it (RFC 3461 section 4.2).</summary>
/// <param name="AddressType">The kind of address: <c>rfc822</c>, <c>utf-8</c> (RFC 6533 section 3), or another registered word.</param>
/// <param name="Address">The address, decoded; free of control characters.</param>
public sealed record OriginalRecipient(string AddressType, string Address)
{
    /// <summary>As a report's Original-Recipient field has it (RFC 3464 section 2.3.1).</summary>
    public override string ToString() => $"{AddressType};{Address}";
}
