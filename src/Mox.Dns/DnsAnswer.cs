namespace Mox.Dns;

/// <summary>What came of a question, records aside.</summary>
public abstract record DnsAnswer
{
    private protected DnsAnswer()
    {
    }

    /// <summary>How it ended.</summary>
    public required DnsStatus Status { get; init; }

    /// <summary>
    /// Whether a server that we trust in this says that DNSSEC proves all of it, also that there is nothing (the AD bit, RFC 6840
    /// section 5.8). What stands in the hosts file is authentic.
    /// </summary>
    public bool IsAuthentic { get; init; }

    /// <summary>The server's reason, when it gave one; also beside an answer that is fine.</summary>
    public DnsExtendedError? ExtendedError { get; init; }

    /// <summary>The name that has the records, or has none: the question's, or where its aliases led.</summary>
    public required DnsName CanonicalName { get; init; }

    /// <summary>How long it may be kept from now; zero when it may not.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>What went wrong, for people; empty when nothing did.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>
    /// Whether nothing is known, so that one should ask again later: neither records, nor certainty that there are none.
    /// </summary>
    public bool IsTemporaryFailure => Status is not (DnsStatus.Ok or DnsStatus.NoData or DnsStatus.NxDomain);
}
