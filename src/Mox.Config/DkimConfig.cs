using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>How mail from a domain is signed (RFC 6376). <c>Dkim</c> of a domain.</summary>
public sealed record DkimConfig
{
    /// <summary>Its keys, sorted by selector. <c>Selectors</c>.</summary>
    public required ImmutableArray<DkimSelectorConfig> Selectors { get; init; }

    /// <summary>Those of them that sign, in this order; with none, nobody signs for the domain. <c>Sign</c>.</summary>
    public ImmutableArray<DkimSelectorConfig> Sign { get; init; } = [];
}

/// <summary>One key of a domain, and what is signed with it. <c>Selectors:SELECTOR</c>.</summary>
public sealed record DkimSelectorConfig
{
    /// <summary>The fields that are signed when nothing else is said.</summary>
    public static readonly ImmutableArray<string> DefaultHeaders =
    [
        "From", "To", "Cc", "Bcc", "Reply-To", "References", "In-Reply-To", "Subject", "Date", "Message-Id", "Content-Type",
    ];

    /// <summary>The key in the file: where in DNS the public half is, below <c>_domainkey</c>.</summary>
    public required Domain Name { get; init; }

    /// <summary>Absolute path of the private key, PKCS#8 in PEM, RSA or Ed25519, for us alone. <c>KeyFile</c>.</summary>
    public required string KeyFile { get; init; }

    /// <summary>How far the header may change on its way. Default relaxed. <c>HeaderCanonicalization</c>.</summary>
    public DkimCanonicalization HeaderCanonicalization { get; init; } = DkimCanonicalization.Relaxed;

    /// <summary>How far the body may change on its way. Default relaxed. <c>BodyCanonicalization</c>.</summary>
    public DkimCanonicalization BodyCanonicalization { get; init; } = DkimCanonicalization.Relaxed;

    /// <summary>The fields that are signed, From among them. <c>Headers</c>.</summary>
    public ImmutableArray<string> Headers { get; init; } = DefaultHeaders;

    /// <summary>Whether adding a field of these names breaks the signature. Default true. <c>Oversign</c>.</summary>
    public bool Oversign { get; init; } = true;

    /// <summary>How long a signature holds after the last moment that the queue may send the message; 0 for ever. Default 72 hours. <c>Expiration</c>.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromHours(72);
}

/// <summary>The form in which a part of a message is signed (RFC 6376 section 3.4).</summary>
public enum DkimCanonicalization
{
    /// <summary>White space and the case of field names may change on the way.</summary>
    Relaxed,

    /// <summary>Nothing may change.</summary>
    Simple,
}
