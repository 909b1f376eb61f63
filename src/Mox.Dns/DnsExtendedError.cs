namespace Mox.Dns;

/// <summary>A server's reason for what it answered (RFC 8914 section 2).</summary>
/// <param name="Code">INFO-CODE.</param>
/// <param name="Text">EXTRA-TEXT, of printable characters, at most 256; often empty.</param>
public sealed record DnsExtendedError(int Code, string Text)
{
    // (RFC 8914 section 4)
    private static readonly string[] Names =
    [
        "Other Error", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer",
        "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing",
        "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered", "Prohibited",
        "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data",
    ];

    /// <summary>What the code means, in the words of the RFC.</summary>
    public string Name => (uint)Code < (uint)Names.Length ? Names[Code] : "Unassigned";

    /// <summary>Whether DNSSEC validation failed: the data may be forged, and another server must not be believed instead.</summary>
    public bool IsBogus => Code is >= 5 and <= 12;

    /// <summary>As in logs: "DNSSEC Bogus (6): signature crypto failed".</summary>
    public override string ToString() => Text.Length > 0 ? $"{Name} ({Code}): {Text}" : $"{Name} ({Code})";
}
