using System.Buffers;
using System.IO.Pipelines;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Tls;

namespace Mox.Smtp.Client;

/// <summary>The wire of one client: commands and content out, replies in, timeouts, TLS.</summary>
/// <remarks>
/// Whatever the peer or the network does wrong is an <see cref="SmtpFailureException"/> from here, and the connection is then
/// <see cref="IsGone"/>. The caller's own cancellation stays an <see cref="OperationCanceledException"/>.
/// </remarks>
internal sealed class SmtpWire(IDuplexPipe transport, Stream? stream, SmtpClientOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Longest line of a reply. 512 by RFC 5321 section 4.5.3.1.5, but servers write longer ones.</summary>
    public const int MaxReplyLineBytes = 8192;

    /// <summary>Most lines of a reply.</summary>
    public const int MaxReplyLines = 256;

    /// <summary>Most text of a reply, all lines together.</summary>
    public const int MaxReplyBytes = 65_536;

    private readonly ProtocolTrace _trace = new(logger, options.Trace);
    private LineReader _lines = new(transport.Input, MaxReplyLineBytes);
    private PipeWriter _output = transport.Output;
    private TlsPipe? _tls;
    private SmtpOperation? _operation;
    private Task<ServerReply>? _early;
    private long _flushedAt;

    /// <summary>The connection is of no more use.</summary>
    public bool IsGone { get; private set; }

    /// <summary>What TLS agreed on; null in clear text.</summary>
    public TlsSessionInfo? Tls => _tls?.Session;

    /// <summary>Ends with what is under way.</summary>
    public CancellationToken Token => Operation.Token;

    /// <summary>Bytes written and not flushed.</summary>
    public long Unflushed { get; private set; }

    /// <summary>A reply to content that is still being sent has come: the server does not want the rest.</summary>
    public bool HasEarlyReply => _early is { IsCompleted: true };

    private SmtpOperation Operation => _operation ?? throw new InvalidOperationException("No operation is under way.");

    /// <summary>Begins an operation with its own total time. One at a time.</summary>
    public SmtpOperation Begin(TimeSpan total, CancellationToken cancellationToken)
    {
        if (_operation is { IsDisposed: false })
        {
            throw new InvalidOperationException("An SMTP client does one thing at a time.");
        }
        return _operation = new SmtpOperation(total, time, cancellationToken);
    }

    /// <summary>Writes a command into the buffer.</summary>
    public void Write(string command, TraceContent content = TraceContent.Protocol)
    {
        // Whatever came into a parameter, it starts no command of its own.
        if (command.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            throw new ArgumentException("A command holds no control characters.", nameof(command));
        }
        var bytes = Encoding.UTF8.GetBytes(command);
        _trace.Client(bytes, content);
        _output.Write(bytes);
        _output.Write("\r\n"u8);
        Unflushed += bytes.Length + 2;
    }

    /// <summary>Writes content into the buffer, as it is.</summary>
    public void WriteContent(ReadOnlySpan<byte> bytes)
    {
        if (_trace.IsEnabled)
        {
            _trace.Client(bytes, TraceContent.Bulk);
        }
        _output.Write(bytes);
        Unflushed += bytes.Length;
    }

    /// <summary>Sends what is buffered.</summary>
    public async ValueTask FlushAsync(SmtpStage stage)
    {
        Unflushed = 0;
        _flushedAt = time.GetTimestamp();
        try
        {
            var result = await _output.FlushAsync(Operation.Start(options.IoTimeout));
            if (result.IsCompleted)
            {
                throw new IOException("the server closed the connection");
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            throw Failed(stage, e);
        }
        finally
        {
            Operation.Stop();
        }
    }

    /// <summary>Sends a command and waits for its reply.</summary>
    public async ValueTask<ServerReply> AskAsync(string command, SmtpStage stage, string name, TraceContent content = TraceContent.Protocol)
    {
        Write(command, content);
        await FlushAsync(stage);
        return await ReadReplyAsync(stage, name, content: content);
    }

    /// <summary>Waits for a reply. 421 is a failure whatever it answers: the server closes the connection (RFC 5321 section 3.8).</summary>
    public async ValueTask<ServerReply> ReadReplyAsync(
        SmtpStage stage, string name, TimeSpan? timeout = null, TraceContent content = TraceContent.Protocol)
    {
        ServerReply reply;
        try
        {
            var token = Operation.Start(timeout ?? options.IoTimeout);
            reply = _early is null ? await ReceiveAsync(content, token) : await _early.WaitAsync(token);
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            options.Metrics?.Command(name, 0, time.GetElapsedTime(_flushedAt));
            throw Failed(stage, e);
        }
        finally
        {
            Operation.Stop();
        }
        _early = null;
        options.Metrics?.Command(name, reply.Code, time.GetElapsedTime(_flushedAt));
        return reply.Code == 421 ? throw Gone(reply.ToFailure(stage)) : reply;
    }

    /// <summary>Begins to wait for the next reply while content is still sent, so that a refusal does not wait for all of it.</summary>
    public void ListenEarly() => _early ??= ReceiveAsync(TraceContent.Protocol, Operation.Token).AsTask();

    /// <summary>After content could not be sent: the reply that says why, if the server left one.</summary>
    public async ValueTask<SmtpFailureException> ExplainAsync(SmtpFailureException failure, TimeSpan patience)
    {
        try
        {
            var token = Operation.Start(patience);
            var reply = await (_early ?? ReceiveAsync(TraceContent.Protocol, token).AsTask()).WaitAsync(token);
            return reply.IsRefusal ? Gone(reply.ToFailure(failure.Failure.Stage)) : failure;
        }
        catch (Exception e) when (IsTransportFailure(e) && !Operation.IsCanceledByCaller)
        {
            return failure;
        }
        finally
        {
            Operation.Stop();
        }
    }

    /// <summary>Fails when the server has said something that nobody asked for: it would be taken for the answer to the next command.</summary>
    public async ValueTask RefuseUnaskedAsync(SmtpStage stage)
    {
        if (_lines.HasBufferedInput())
        {
            var reply = await ReadReplyAsync(stage, "none");
            throw Broken(stage, $"an unasked reply: {reply.Code} {reply.Text}");
        }
    }

    /// <summary>Makes the handshake; the conversation goes on over a new reader and a new writer.</summary>
    public async ValueTask UpgradeAsync()
    {
        // A man in the middle can put replies behind the consent; they would be read as if they came through TLS (RFC 3207 section 4.2).
        if (_lines.HasBufferedInput())
        {
            options.Metrics?.Handshake("Injection");
            throw Gone(new SmtpFailure(SmtpStage.Tls, false, 0, new EnhancedStatus(4, 7, 0), "bytes in clear text came before the TLS handshake"));
        }
        _lines.Dispose();
        try
        {
            _tls = await TlsConnect.ConnectAsync(transport, TlsOptions(), time, Operation.Token);
            options.Metrics?.Handshake("Ok");
        }
        catch (TlsHandshakeException e)
        {
            IsGone = true;
            Operation.ThrowIfCanceledByCaller();
            options.Metrics?.Handshake(e.Failure.ToString());
            string text = e.Failure == TlsHandshakeFailure.BadCertificate ? e.Certificate!.Text : SafeText.Cut(SafeText.Of(e.Message));
            throw new SmtpFailureException(new SmtpFailure(SmtpStage.Tls, false, 0, new EnhancedStatus(4, 7, 5), text), e);
        }
        _lines = new LineReader(_tls.Input, MaxReplyLineBytes);
        _output = _tls.Output;
    }

    /// <summary>The failure of a peer that does not speak SMTP.</summary>
    public SmtpFailureException Broken(SmtpStage stage, string what) =>
        Gone(new SmtpFailure(stage, false, 0, new EnhancedStatus(4, 5, 0), $"the server broke the protocol: {what}"));

    /// <summary>A reply that ends what was asked for: a refusal as it is, anything else as a breach of protocol.</summary>
    public SmtpFailureException Refused(ServerReply reply, SmtpStage stage) => reply.IsRefusal
        ? new SmtpFailureException(reply.ToFailure(stage))
        : Broken(stage, $"{reply.Code} is no answer here");

    /// <summary>The connection cannot be used any more, for a reason of ours.</summary>
    public void Abandon() => IsGone = true;

    /// <summary>Ends TLS, the stream below if there is one, and both pipes.</summary>
    public async ValueTask DisposeAsync()
    {
        IsGone = true;
        _operation?.Dispose();
        if (_early is not null)
        {
            // Its token is cancelled with the operation; it must not read on in a pipe that is given back.
            _lines.Input.CancelPendingRead();
            await _early.ContinueWith(static read => read.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        _lines.Dispose();
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
        // Before the pipes: what a stalled peer has not taken must not be waited for once more.
        await (stream?.DisposeAsync() ?? default);
        await CompleteAsync();
    }

    private async ValueTask CompleteAsync()
    {
        try
        {
            await transport.Output.CompleteAsync();
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            // Left over, and nobody takes it any more.
        }
        await transport.Input.CompleteAsync();
    }

    private async ValueTask<ServerReply> ReceiveAsync(TraceContent content, CancellationToken token)
    {
        var lines = new List<string>(1);
        int first = 0;
        int bytes = 0;
        while (true)
        {
            var line = await _lines.ReadAsync(token);
            if (line.Status != LineStatus.Line)
            {
                throw line.Status == LineStatus.EndOfStream
                    ? new IOException("the server closed the connection")
                    : new InvalidDataException($"a reply line over {MaxReplyLineBytes} bytes");
            }
            _trace.Server(line.Span, content);
            if (!ServerReply.TryParseLine(line.Span, out int code, out bool isLast, out var text) || (lines.Count > 0 && code != first))
            {
                throw new InvalidDataException($"no reply: {SafeText.Cut(SafeText.Of(line.Span))}");
            }
            first = code;
            bytes += line.Line.Length;
            if (lines.Count == MaxReplyLines || bytes > MaxReplyBytes)
            {
                throw new InvalidDataException($"a reply over {MaxReplyLines} lines or {MaxReplyBytes} bytes");
            }
            lines.Add(SafeText.Of(text));
            if (isLast)
            {
                return new ServerReply(code, lines);
            }
        }
    }

    private TlsConnectOptions TlsOptions() => new()
    {
        ServerName = options.TlsName,
        RequireValidCertificate = options.VerifyCertificate && options.Tls is SmtpTlsMode.Required or SmtpTlsMode.Implicit,
        ExtraRoots = options.ExtraRoots,
        MinProtocol = options.MinimumTls,
        HandshakeTimeout = options.HandshakeTimeout,
    };

    private static bool IsTransportFailure(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException
        or InvalidOperationException or InvalidDataException or AuthenticationException;

    private SmtpFailureException Failed(SmtpStage stage, Exception e)
    {
        IsGone = true;
        Operation.ThrowIfCanceledByCaller();
        if (e is InvalidDataException)
        {
            return Broken(stage, e.Message);
        }
        string text = Operation.IsOverTotal ? $"the conversation took longer than {options.TotalTimeout.TotalSeconds:0} s"
            : Operation.HasExpired ? "the server was silent for too long"
            : $"the connection was lost: {SafeText.Cut(SafeText.Of(e.Message))}";
        return new SmtpFailureException(new SmtpFailure(stage, false, 0, new EnhancedStatus(4, 4, 2), text), e);
    }

    private SmtpFailureException Gone(SmtpFailure failure)
    {
        IsGone = true;
        return new SmtpFailureException(failure);
    }
}
