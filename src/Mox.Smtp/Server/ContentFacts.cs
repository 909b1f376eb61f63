namespace Mox.Smtp.Server;

/// <summary>What the protocol saw of the content while it passed.</summary>
/// <param name="SizeBytes">Bytes written.</param>
/// <param name="ReceivedCount">Number of Received fields in the header: the loop guard (RFC 5321 section 6.3).</param>
/// <param name="Has8Bit">An octet above 127 anywhere.</param>
/// <param name="NeedsSmtpUtf8">An octet above 127 in the header, or an address that is not ASCII: only so does the message need SMTPUTF8 (RFC 6531), whatever the client said.</param>
/// <param name="ReceivedAt">When the last byte came, UTC.</param>
public sealed record ContentFacts(long SizeBytes, int ReceivedCount, bool Has8Bit, bool NeedsSmtpUtf8, DateTimeOffset ReceivedAt)
{
    /// <summary>The Message-ID field as it came, for the log: bounded, printable ASCII; null without one.</summary>
    public string? MessageId { get; init; }
}
