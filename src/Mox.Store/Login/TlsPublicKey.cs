namespace Mox.Store;

/// <summary>A key that a client may log in with, by its TLS certificate and SASL EXTERNAL, instead of a password.</summary>
public sealed record TlsPublicKey
{
    /// <summary>SHA-256 of its SubjectPublicKeyInfo, in base64url (<see cref="Net.Tls.PublicKeyFingerprint"/>).</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What its user calls it, at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of key it is, as in <c>RSA-2048</c> or <c>ECDSA-P-256</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The account that it opens.</summary>
    public required string Account { get; init; }

    /// <summary>The address that it stands for, in canonical form.</summary>
    public required string LoginAddress { get; init; }

    /// <summary>Whether it logs in on IMAP with TLS from the start before the greeting, so that the client need not ask (PREAUTH, RFC 3501 section 7.1.4).</summary>
    public required bool ImapPreauth { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
