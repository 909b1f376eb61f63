namespace Mox.Store;

/// <summary>What DMARC said of one message: a row of an aggregate report to come (RFC 7489 section 7.2).</summary>
public sealed record DmarcEvaluation
{
    /// <summary>Identity in the store; 0 before it is kept.</summary>
    public long Id { get; init; }

    /// <summary>The domain whose policy it is, as A-labels.</summary>
    public required string PolicyDomain { get; init; }

    /// <summary>When the message was evaluated.</summary>
    public required DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>It goes into a report, but is no reason to send one, so that forged mail cannot make us flood a domain with reports.</summary>
    public bool IsOptional { get; init; }

    /// <summary>What came of it, and of what.</summary>
    public required DmarcEvaluationDetails Details { get; init; }
}

/// <summary>The particulars of an evaluation.</summary>
public sealed record DmarcEvaluationDetails
{
    /// <summary>The policy record as it was published: it says where reports go.</summary>
    public required string Record { get; init; }

    /// <summary>The client's address.</summary>
    public required string SourceIp { get; init; }

    /// <summary>What was done with the message: "none", "quarantine" or "reject".</summary>
    public required string Disposition { get; init; }

    /// <summary>Whether a DKIM signature passed for the author's domain.</summary>
    public bool IsDkimAligned { get; init; }

    /// <summary>Whether SPF passed for the author's domain.</summary>
    public bool IsSpfAligned { get; init; }

    /// <summary>Why what was done is not what the policy says: "sampled_out", "local_policy", ...</summary>
    public IReadOnlyList<string> OverrideReasons { get; init; } = [];

    /// <summary>The domain of the recipient.</summary>
    public string EnvelopeTo { get; init; } = "";

    /// <summary>The domain of the reverse-path; empty for the null one.</summary>
    public string EnvelopeFrom { get; init; } = "";

    /// <summary>The domain of From.</summary>
    public required string HeaderFrom { get; init; }

    /// <summary>What came of the signatures.</summary>
    public IReadOnlyList<DmarcDkimResult> Dkim { get; init; } = [];

    /// <summary>What came of SPF.</summary>
    public IReadOnlyList<DmarcSpfResult> Spf { get; init; } = [];
}

/// <summary>The result of a signature.</summary>
/// <param name="Domain">Who signed.</param>
/// <param name="Selector">With which key.</param>
/// <param name="Result">The RFC's word.</param>
public sealed record DmarcDkimResult(string Domain, string Selector, string Result);

/// <summary>The result of SPF.</summary>
/// <param name="Domain">Who was asked.</param>
/// <param name="Scope">"mfrom" or "helo".</param>
/// <param name="Result">The RFC's word.</param>
public sealed record DmarcSpfResult(string Domain, string Scope, string Result);
