using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>The one way into TLS, for implicit TLS and STARTTLS alike: a handshake over any duplex pipe.</summary>
public static class TlsUpgrade
{
    /// <summary>
    /// Accepts a handshake. Before STARTTLS the caller has refused bytes that came with the command (RFC 3207 section 4.2).
    /// </summary>
    /// <exception cref="TlsHandshakeException">It failed; the connection is of no more use.</exception>
    public static async ValueTask<TlsPipe> AcceptAsync(
        IDuplexPipe transport, ServerCertificates certificates, TlsAcceptOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var inner = new DuplexPipeStream(transport);
        var stream = new SslStream(inner, leaveInnerStreamOpen: true);
        var handshake = new Handshake(certificates, options);
        try
        {
            await CheckFirstByteAsync(transport.Input, either.Token);
            await stream.AuthenticateAsServerAsync(static (_, hello, state, _) => ((Handshake)state!).Choose(hello), handshake, either.Token);
            return new TlsPipe(inner, stream, handshake.Session(stream), time);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or InvalidOperationException
            or NotSupportedException or CryptographicException or Win32Exception)
        {
            await stream.DisposeAsync();
            throw e as TlsHandshakeException ?? new TlsHandshakeException(Classify(e, handshake, timeout, cancellationToken), e);
        }
    }

    /// <summary>A handshake record begins with 22; anything else is another protocol, told apart before any work.</summary>
    private static async ValueTask CheckFirstByteAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var result = await input.ReadAsync(cancellationToken);
        var first = result.Buffer.IsEmpty ? -1 : result.Buffer.FirstSpan[0];
        input.AdvanceTo(result.Buffer.Start);
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The transport's read was canceled.");
        }

        if (first != 22)
        {
            throw new TlsHandshakeException(first < 0 ? TlsHandshakeFailure.Eof : TlsHandshakeFailure.NotTls);
        }
    }

    private static TlsHandshakeFailure Classify(
        Exception e, Handshake handshake, CancellationTokenSource timeout, CancellationToken cancellationToken) => e switch
        {
            _ when cancellationToken.IsCancellationRequested => TlsHandshakeFailure.Canceled,
            _ when timeout.IsCancellationRequested => TlsHandshakeFailure.Timeout,
            _ when handshake.NameIsUnknown => TlsHandshakeFailure.UnknownServerName,
            OperationCanceledException => TlsHandshakeFailure.Canceled,
            // NotSupportedException is how SslStream says that the first record is no client hello.
            AuthenticationException or NotSupportedException or CryptographicException => TlsHandshakeFailure.Refused,
            IOException => TlsHandshakeFailure.Eof,
            _ => TlsHandshakeFailure.Other,
        };

    /// <summary>One handshake's choices.</summary>
    private sealed class Handshake(ServerCertificates certificates, TlsAcceptOptions options)
    {
        private ServerCertificate? _certificate;
        private string? _serverName;

        public bool NameIsUnknown { get; private set; }

        [SuppressMessage("Security", "CA5359", Justification = "Only clients: which key speaks is looked up, not certified.")]
        public ValueTask<SslServerAuthenticationOptions> Choose(SslClientHelloInfo hello)
        {
            _serverName = string.IsNullOrEmpty(hello.ServerName) ? null : hello.ServerName;
            _certificate = certificates.Find(_serverName) ?? (options.UnknownNameFallsBack ? certificates.Default : null);
            if (_certificate is null)
            {
                NameIsUnknown = true;
                throw new AuthenticationException("No certificate for the server name that the client asked for.");
            }

            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _certificate.Context,
                ApplicationProtocols = options.ApplicationProtocols.Count == 0
                    ? null : [.. options.ApplicationProtocols.Select(p => new SslApplicationProtocol(p))],
                EnabledSslProtocols = options.MinProtocol == SslProtocols.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowTlsResume = options.AllowResume,
                AllowRenegotiation = false,
                ClientCertificateRequired = options.RequestClientCertificate,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                // Nothing is fetched because a stranger's certificate names an address.
                CertificateChainPolicy = options.RequestClientCertificate
                    ? new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck }
                    : null,
            });
        }

        public TlsSessionInfo Session(SslStream stream) => new(
            stream.SslProtocol,
            stream.NegotiatedCipherSuite,
            _serverName,
            stream.NegotiatedApplicationProtocol.Protocol.IsEmpty ? null : stream.NegotiatedApplicationProtocol.ToString(),
            stream.RemoteCertificate as X509Certificate2,
            _certificate?.TlsServerEndPoint ?? default);
    }
}
