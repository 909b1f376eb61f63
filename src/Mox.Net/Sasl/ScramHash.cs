namespace Mox.Net.Sasl;

/// <summary>The hash of a SCRAM mechanism.</summary>
public enum ScramHash
{
    /// <summary>SCRAM-SHA-256 (RFC 7677).</summary>
    Sha256,

    /// <summary>SCRAM-SHA-1 (RFC 5802); only where the operator enables it.</summary>
    Sha1,
}
