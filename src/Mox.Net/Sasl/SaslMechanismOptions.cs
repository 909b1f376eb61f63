namespace Mox.Net.Sasl;

/// <summary>Which mechanisms an operator wants.</summary>
public sealed record SaslMechanismOptions
{
    /// <summary>Offer SCRAM-SHA-1, which needs its own stored secret. Default false.</summary>
    public bool ScramSha1 { get; init; }

    /// <summary>Offer CRAM-MD5 (RFC 2195), which needs its own stored secret. Default false.</summary>
    public bool CramMd5 { get; init; }

    /// <summary>Offer -PLUS with tls-server-end-point on TLS 1.3 too, where clients may expect tls-exporter (RFC 9266). Default false.</summary>
    public bool PlusOnTls13 { get; init; }

    /// <summary>Allow PLAIN and LOGIN without TLS: passwords are then readable on the way. Default false.</summary>
    public bool PlainWithoutTls { get; init; }
}
