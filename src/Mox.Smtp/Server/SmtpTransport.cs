using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Mox.Net;
using Mox.Net.Tls;

namespace Mox.Smtp.Server;

/// <summary>The wire of one session: commands and content in, replies out, timeouts, slow mode, TLS.</summary>
/// <remarks>
/// Whatever ends the conversation is an <see cref="SmtpEndException"/> from here, and from nowhere else, so that a full disk below a command
/// is not taken for a lost peer. Replies stay buffered until the client has nothing more in flight (RFC 2920 section 3.2).
/// </remarks>
internal sealed class SmtpTransport : IAsyncDisposable
{
    // More than this is flushed even while commands keep coming, so that a client that never reads meets back-pressure.
    private const int MaxUnflushedBytes = 8192;

    // A message that is coming when the server stops has so long to end: less than the five seconds after which connections are cut.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(4);

    private readonly ConnectionContext _connection;
    private readonly SmtpServices _services;
    private readonly SmtpOptions _options;
    private readonly ProtocolTrace _trace;
    private readonly IdleTimeout _timeout;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly string _errorId;
    private LineReader _lines;
    private SmtpWriter _writer;
    private TlsPipe? _tls;
    private volatile bool _isReadingCommand;
    private volatile bool _isReadingContent;
    private volatile bool _isOverdue;
    private ITimer? _overdue;
    private volatile bool _isRevoked;
    private bool _isWriting;

    public SmtpTransport(ConnectionContext connection, SmtpServices services, SmtpOptions options, ProtocolTrace trace, string errorId)
    {
        (_connection, _services, _options, _trace, _errorId) = (connection, services, options, trace, errorId);
        _lines = new LineReader(connection.Transport.Input, options.MaxCommandBytes);
        _writer = new SmtpWriter(connection.Transport.Output);
        // Not tied to ConnectionClosed, which fires when the client has sent its last byte: what came before is still served.
        _timeout = new IdleTimeout(services.Time);
        _stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        _onStop = _stopping.Register(static state => ((SmtpTransport)state!).OnStop(), this);
    }

    /// <summary>What TLS agreed on, or null in clear text.</summary>
    public TlsSessionInfo? Tls => _tls?.Session;

    /// <summary>Every read waits a second, every reply drips.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Something came behind the current command.</summary>
    public bool HasBufferedInput => _lines.HasBufferedInput();

    /// <summary>Where content is read, after <see cref="ReleaseLine"/>.</summary>
    public PipeReader Input => _lines.Input;

    /// <summary>Gives the current command's line back, so that content can be read behind it.</summary>
    public void ReleaseLine() => _lines.Release();

    /// <summary>Waits for the next line, at most so long; replies go out first if it is not there yet.</summary>
    public async ValueTask<LineResult> ReadLineAsync(int maxBytes)
    {
        try
        {
            if (IsSlow)
            {
                await FlushCoreAsync();
                await SlowMode.PauseAsync(_services.Time, CancellationToken.None);
            }
            // Set before the stop is looked at: either we see it, or it wakes the read.
            _isReadingCommand = true;
            if (_stopping.IsCancellationRequested)
            {
                throw Stopping(null);
            }
            if (_isRevoked)
            {
                throw Revoked(null);
            }
            var pending = _lines.ReadAsync(maxBytes, _timeout.Start(_options.ReadTimeout));
            if (!pending.IsCompleted && _writer.Unflushed > 0)
            {
                await FlushCoreAsync();
            }
            return await pending;
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Ended(e);
        }
        finally
        {
            _isReadingCommand = false;
            _timeout.Stop();
        }
    }

    /// <summary>Waits for more content, at most as long as is left for all of it. The caller advances <see cref="Input"/>.</summary>
    public async ValueTask<ReadResult> ReadContentAsync(TimeSpan left)
    {
        try
        {
            _isReadingContent = true;
            if (IsSlow)
            {
                await SlowMode.PauseAsync(_services.Time, CancellationToken.None);
            }
            if (_isOverdue)
            {
                throw Stopping(null);
            }
            if (left <= TimeSpan.Zero)
            {
                throw TimedOut(null);
            }
            var ct = _timeout.Start(left < _options.ReadTimeout ? left : _options.ReadTimeout);
            while (true)
            {
                var result = await Input.ReadAsync(ct);
                if (!result.IsCanceled)
                {
                    return result;
                }
                Input.AdvanceTo(result.Buffer.Start);
                if (_isOverdue)
                {
                    throw Stopping(null);
                }
                if (result.Buffer.IsEmpty && _connection.ConnectionClosed.IsCancellationRequested)
                {
                    throw new SmtpEndException(SmtpEndReason.PeerGone, null);
                }
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Ended(e);
        }
        finally
        {
            _isReadingContent = false;
            _timeout.Stop();
        }
    }

    /// <summary>Shows what was read of the content in the trace, if there is one.</summary>
    public void TraceContent(in ReadOnlySequence<byte> content)
    {
        if (_trace.IsEnabled)
        {
            _trace.Client(content.IsSingleSegment ? content.FirstSpan : content.ToArray(), Mox.Net.TraceContent.Bulk);
        }
    }

    /// <summary>Buffers a reply, or drips it in slow mode.</summary>
    public async ValueTask WriteAsync(SmtpReply reply, bool isUtf8, Mox.Net.TraceContent content = Mox.Net.TraceContent.Protocol)
    {
        if (_trace.IsEnabled)
        {
            _trace.Server(Encoding.UTF8.GetBytes(reply.ToString()), content);
        }
        if (!IsSlow)
        {
            _writer.Write(reply, _errorId, isUtf8);
            if (_writer.Unflushed > MaxUnflushedBytes)
            {
                await FlushAsync();
            }
            return;
        }
        try
        {
            var ct = _timeout.Start(_options.WriteTimeout);
            if (!await _writer.WriteSlowlyAsync(reply, _errorId, isUtf8, SlowMode.Budget(_options.WriteTimeout), _services.Time, _stopping, ct))
            {
                throw new SmtpEndException(SmtpEndReason.PeerGone, null);
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Ended(e);
        }
        finally
        {
            _timeout.Stop();
        }
    }

    /// <summary>Sends what is buffered.</summary>
    public async ValueTask FlushAsync()
    {
        try
        {
            _timeout.Start(_options.WriteTimeout);
            await FlushCoreAsync();
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Ended(e);
        }
        finally
        {
            _timeout.Stop();
        }
    }

    /// <summary>Handshake; the conversation goes on over a new reader and a new writer.</summary>
    public async ValueTask UpgradeAsync(ServerCertificates certificates, TlsAcceptOptions options)
    {
        await FlushAsync();
        _lines.Dispose();
        _tls = await TlsUpgrade.AcceptAsync(_connection.Transport, certificates, options, _services.Time, _connection.ConnectionClosed);
        _lines = new LineReader(_tls.Input, _options.MaxCommandBytes);
        _writer = new SmtpWriter(_tls.Output);
    }

    /// <summary>Ends the conversation at the next command: the account may not log in any more. May be called by any thread.</summary>
    public void Revoke()
    {
        _isRevoked = true;
        Wake();
    }

    /// <summary>The last words, if the peer can still take them.</summary>
    public async ValueTask SayGoodbyeAsync(SmtpReply? reply)
    {
        if (_isWriting || (reply is null && _writer.Unflushed == 0))
        {
            return;
        }
        try
        {
            if (reply is not null)
            {
                _writer.Write(reply, _errorId);
            }
            await FlushAsync();
        }
        catch (SmtpEndException)
        {
            // The peer is gone: there is nobody to say goodbye to.
        }
    }

    /// <summary>Ends TLS and frees what the connection held.</summary>
    public async ValueTask DisposeAsync()
    {
        await _onStop.DisposeAsync();
        if (_overdue is not null)
        {
            await _overdue.DisposeAsync();
        }
        _lines.Dispose();
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
        _timeout.Dispose();
    }

    private async ValueTask FlushCoreAsync()
    {
        _isWriting = true;
        var result = await _writer.FlushAsync(_timeout.Token);
        _isWriting = false;
        if (result.IsCompleted)
        {
            throw new SmtpEndException(SmtpEndReason.PeerGone, null);
        }
    }

    // A message on its way may still be finished, but not so late that there is no time left to say goodbye.
    private void OnStop()
    {
        Wake();
        _overdue = _services.Time.CreateTimer(static state => ((SmtpTransport)state!).OnOverdue(), this, StopGrace, Timeout.InfiniteTimeSpan);
    }

    private void OnOverdue()
    {
        _isOverdue = true;
        if (_isReadingContent)
        {
            _lines.Input.CancelPendingRead();
        }
    }

    private void Wake()
    {
        if (_isReadingCommand)
        {
            _lines.Input.CancelPendingRead();
        }
    }

    private static bool IsTransportFailure(Exception e) =>
        e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException
            or System.Security.Authentication.AuthenticationException;

    private SmtpEndException Ended(Exception e) =>
        _timeout.HasExpired ? TimedOut(e)
        : _stopping.IsCancellationRequested && e is OperationCanceledException ? Stopping(e)
        : _isRevoked && e is OperationCanceledException ? Revoked(e)
        : new SmtpEndException(SmtpEndReason.PeerGone, null, e);

    private static SmtpEndException TimedOut(Exception? e) =>
        new(SmtpEndReason.Timeout, new SmtpReply(421, 4, 4, 2, "nothing came in time, closing the connection"), e);

    private static SmtpEndException Stopping(Exception? e) =>
        new(SmtpEndReason.Shutdown, new SmtpReply(421, 4, 3, 2, "shutting down, try again later"), e);

    private static SmtpEndException Revoked(Exception? e) =>
        new(SmtpEndReason.Revoked, new SmtpReply(421, 4, 7, 0, "this account can no longer log in, closing the connection"), e);
}
