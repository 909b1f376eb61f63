namespace Mox.Net.Tls;

/// <summary>A TLS handshake did not succeed. The connection cannot be used any more.</summary>
public sealed class TlsHandshakeException(TlsHandshakeFailure failure, Exception? inner = null)
    : IOException($"TLS handshake failed: {failure}" + (inner is null ? "" : $": {inner.InnerException?.Message ?? inner.Message}"), inner)
{
    /// <summary>The class of the failure.</summary>
    public TlsHandshakeFailure Failure { get; } = failure;

    /// <summary>On the client's side: what was found about the server's certificate; null when none came.</summary>
    public CertificateVerdict? Certificate { get; init; }
}
