using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Mox.Net;
using Mox.Net.Tls;

namespace Mox.Imap;

/// <summary>The wire of one session: the connection as it comes, and after a handshake TLS over it with a reader and a writer of its own.</summary>
internal sealed class ImapTransport : IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly ImapServices _services;
    private readonly ImapOptions _options;
    private readonly ProtocolTrace _trace;
    private readonly IImapFraming _framing;
    private TlsPipe? _tls;
    private DeflatePipe? _deflate;

    public ImapTransport(
        ConnectionContext connection, ImapServices services, ImapOptions options, ProtocolTrace trace, IImapFraming framing)
    {
        (_connection, _services, _options, _trace, _framing) = (connection, services, options, trace, framing);
        (Reader, Writer) = Attach(connection.Transport);
    }

    public ImapCommandReader Reader { get; private set; }

    public ImapWriter Writer { get; private set; }

    /// <summary>What TLS agreed on; null in the clear.</summary>
    public TlsSessionInfo? Tls => _tls?.Session;

    /// <summary>Makes the handshake.</summary>
    /// <exception cref="TlsHandshakeException">It failed.</exception>
    public async ValueTask UpgradeAsync(CancellationToken cancellationToken)
    {
        var certificates = _services.Certificates ?? throw new TlsHandshakeException(TlsHandshakeFailure.Other);
        var options = new TlsAcceptOptions
        {
            ApplicationProtocols = ["imap"],
            MinProtocol = _options.MinimumTls,
            HandshakeTimeout = _options.HandshakeTimeout,
            // For EXTERNAL; who has none is served all the same.
            RequestClientCertificate = true,
        };
        var tls = await TlsUpgrade.AcceptAsync(_connection.Transport, certificates, options, _services.Time, cancellationToken);
        Reader.Release();
        _tls = tls;
        (Reader, Writer) = Attach(tls);
    }

    /// <summary>Whether both directions are compressed.</summary>
    public bool IsCompressed => _deflate is not null;

    /// <summary>From the next byte on both directions are compressed (RFC 4978 section 3).</summary>
    public void Compress()
    {
        Reader.Release();
        _deflate = new DeflatePipe(_tls ?? _connection.Transport, _services.Time);
        (Reader, Writer) = Attach(_deflate);
    }

    /// <summary>Ends TLS; the connection belongs to its maker.</summary>
    public async ValueTask DisposeAsync()
    {
        Reader.Release();
        if (_deflate is not null)
        {
            await _deflate.DisposeAsync();
        }
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    private (ImapCommandReader Reader, ImapWriter Writer) Attach(IDuplexPipe pipe)
    {
        // An append that is refused is still read: at most one message.
        var limits = ImapReaderLimits.Default with { MaxStreamSkippedBytes = _options.MaxMessageBytes };
        return (new(pipe.Input, limits, _framing), new(pipe.Output, _services.Time, _options.WriteTimeout, _trace));
    }
}
