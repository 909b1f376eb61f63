namespace Mox.EmailAuth.Dkim;

/// <summary>Kinds of keys, each with SHA-256 (RFC 8301 section 3.1, RFC 8463 section 3).</summary>
public enum DkimAlgorithm
{
    /// <summary>rsa-sha256.</summary>
    Rsa,

    /// <summary>ed25519-sha256.</summary>
    Ed25519,
}
