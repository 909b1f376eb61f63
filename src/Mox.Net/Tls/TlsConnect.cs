using System.ComponentModel;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>The client's way into TLS, for implicit TLS and STARTTLS alike: a handshake over any duplex pipe.</summary>
public static class TlsConnect
{
    /// <summary>
    /// Makes a handshake. After STARTTLS the caller has made sure that nothing came behind the server's consent (RFC 3207 section 4.2).
    /// The session tells the server's certificate and what was found about it.
    /// </summary>
    /// <exception cref="TlsHandshakeException">It failed; the connection is of no more use.</exception>
    public static async ValueTask<TlsPipe> ConnectAsync(
        IDuplexPipe transport, TlsConnectOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var inner = new DuplexPipeStream(transport);
        var stream = new SslStream(inner, leaveInnerStreamOpen: true);
        var check = new CertificateCheck(options, time);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(options, check, time), either.Token);
            return new TlsPipe(inner, stream, Session(stream, options, check), time);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or InvalidOperationException
            or NotSupportedException or CryptographicException or Win32Exception)
        {
            await stream.DisposeAsync();
            throw new TlsHandshakeException(Classify(e, check, options, timeout, cancellationToken), e) { Certificate = check.Verdict };
        }
    }

    private static SslClientAuthenticationOptions Options(TlsConnectOptions options, CertificateCheck check, TimeProvider time) => new()
    {
        TargetHost = options.ServerName ?? "",
        EnabledSslProtocols = options.MinProtocol == SslProtocols.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = options.ApplicationProtocols.Count == 0
            ? null : [.. options.ApplicationProtocols.Select(p => new SslApplicationProtocol(p))],
        AllowRenegotiation = false,
        // Revocation lists would be fetched from where the certificate says: not by a mail server in the middle of a handshake.
        CertificateChainPolicy = CertificateCheck.Policy(time),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Run(certificate, chain, errors),
    };

    private static TlsSessionInfo Session(SslStream stream, TlsConnectOptions options, CertificateCheck check)
    {
        var certificate = stream.RemoteCertificate as X509Certificate2;
        return new TlsSessionInfo(
            stream.SslProtocol,
            stream.NegotiatedCipherSuite,
            options.ServerName is { } name && !IPAddress.TryParse(name, out _) ? name : null,
            stream.NegotiatedApplicationProtocol.Protocol.IsEmpty ? null : stream.NegotiatedApplicationProtocol.ToString(),
            null,
            certificate is null ? default : ChannelBinding.TlsServerEndPoint(certificate))
        {
            ServerCertificate = certificate,
            Verdict = check.Verdict,
        };
    }

    private static TlsHandshakeFailure Classify(
        Exception e, CertificateCheck check, TlsConnectOptions options, CancellationTokenSource timeout, CancellationToken cancellationToken) =>
        e switch
        {
            _ when cancellationToken.IsCancellationRequested => TlsHandshakeFailure.Canceled,
            _ when timeout.IsCancellationRequested => TlsHandshakeFailure.Timeout,
            _ when options.RequireValidCertificate && check.Verdict is { IsValid: false } => TlsHandshakeFailure.BadCertificate,
            OperationCanceledException => TlsHandshakeFailure.Canceled,
            AuthenticationException or NotSupportedException or CryptographicException => TlsHandshakeFailure.Refused,
            IOException => TlsHandshakeFailure.Eof,
            _ => TlsHandshakeFailure.Other,
        };
}
