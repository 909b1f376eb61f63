using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Smtp.Server.Commands;

namespace Mox.Smtp.Server;

/// <summary>All state of one SMTP connection: the read loop, the timeouts and the one catch ladder (RFC 5321).</summary>
/// <remarks>Runs one command at a time and needs no locks. Replies are buffered until the client has nothing more in flight (RFC 2920 section 3.2).</remarks>
internal sealed partial class SmtpSession : IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly SmtpServices _services;
    private readonly ILogger _logger;
    private readonly SmtpTransport _transport;
    private readonly ProtocolTrace _trace;
    private readonly ConnectionId _cid;
    private readonly SmtpPatience _patience;
    private SmtpEndReason? _end;
    private IDisposable? _login;

    public SmtpSession(ConnectionContext connection, SmtpServices services, SmtpOptions options, ILogger logger)
    {
        (_connection, _services, Options, _logger) = (connection, services, options, logger);
        _patience = new SmtpPatience(options);
        _cid = services.ConnectionIds.Next();
        ReceivedId = services.ReceivedIds.Encrypt(_cid.Value);
        _trace = new ProtocolTrace(logger, services.Trace);
        Login = new SmtpLogin(services, options, Describe);
        _transport = new SmtpTransport(connection, services, options, _trace, ReceivedId);
        Content = new ContentReader(this);
        RemoteIp = Address(connection.RemoteEndPoint);
        LocalIp = Address(connection.LocalEndPoint);
    }

    public SmtpOptions Options { get; }

    public string ReceivedId { get; }

    public IPAddress RemoteIp { get; }

    public IPAddress LocalIp { get; }

    public SmtpPhases Phase { get; set; } = SmtpPhases.Connected;

    public SmtpTransaction? Transaction { get; private set; }

    public ContentReader Content { get; }

    /// <summary>Who has logged in, on a listener for submission.</summary>
    public SmtpLogin Login { get; }

    public TlsSessionInfo? Tls => _transport.Tls;

    public bool IsExtended { get; private set; }

    public SmtpHost Hello { get; private set; }

    /// <summary>The handshake follows once the reply is out.</summary>
    public bool UpgradeAfterReply { get; set; }

    public bool CanStartTls => Options.StartTls && _services.Certificates is not null && Tls is null;

    public bool HasBufferedInput => _transport.HasBufferedInput;

    public PipeReader Input => _transport.Input;

    public SmtpReply TooLarge => new(552, 5, 3, 4, $"message too large, the limit is {Options.MaxMessageBytes} bytes");

    public SmtpReply EhloReply => new(250, null, Options.Hostname + "\n" + string.Join('\n', EhloCommand.Keywords(this)));

    public DateTimeOffset Now => _services.Time.GetUtcNow();

    private bool IsUtf8 => Transaction?.Envelope.SmtpUtf8 == true;

    /// <summary>Runs the connection to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        using var scope = _logger.BeginScope(new SmtpLogScope(_cid.ToString()));
        using var span = SmtpMetrics.Activities.StartActivity("smtp.session", ActivityKind.Server);
        span?.SetTag("mox.cid", _cid.ToString()).SetTag("network.peer.address", RemoteIp.ToString());
        var refusal = ConnectionRefusal.None;
        using var place = Options.Limits ? _services.ConnectionLimits?.TryEnter(RemoteIp, out refusal) : null;
        var reason = SmtpEndReason.Error;
        _services.Metrics.ConnectionStarted(Options.Kind);
        LogConnected(_logger, RemoteIp, LocalIp);
        try
        {
            reason = refusal == ConnectionRefusal.None ? await LoopAsync() : throw Limited(refusal);
        }
        catch (SmtpEndException end)
        {
            reason = end.Reason;
            await _transport.SayGoodbyeAsync(end.Goodbye);
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
            await _transport.SayGoodbyeAsync(new SmtpReply(421, 4, 3, 0, "error, closing the connection"));
        }
        await ResetSafelyAsync();
        _services.Metrics.ConnectionEnded(Options.Kind, reason);
        span?.SetTag("mox.end", reason.ToString());
        LogEnded(_logger, reason, _patience.Commands);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _login?.Dispose();
        return _transport.DisposeAsync();
    }

    /// <summary>The line of the current command is used up; content can be read behind it.</summary>
    public void ReleaseLine() => _transport.ReleaseLine();

    /// <summary>Sends an intermediate reply at once, with all that is buffered.</summary>
    public async ValueTask ContinueAsync(SmtpReply reply)
    {
        await _transport.WriteAsync(reply, isUtf8: false);
        await _transport.FlushAsync();
    }

    /// <summary>Sends a challenge of AUTH and waits for the response (RFC 4954 section 4).</summary>
    public async ValueTask<LineResult> AskAsync(byte[] challenge)
    {
        var reply = new SmtpReply(334, null, Encoding.ASCII.GetString(challenge));
        await _transport.WriteAsync(reply, isUtf8: false, Mox.Net.TraceContent.Credentials);
        await _transport.FlushAsync();
        var line = await _transport.ReadLineAsync(SmtpOptions.MaxAuthLineBytes);
        if (line.Status == LineStatus.EndOfStream)
        {
            throw new SmtpEndException(SmtpEndReason.PeerGone, null);
        }
        _trace.Client(line.Span, Mox.Net.TraceContent.Credentials);
        return line;
    }

    /// <summary>The end of AUTH. Who fails again and again is served slowly from then on.</summary>
    public async ValueTask<SmtpReply> FinishLoginAsync(LoginResult result, CancellationToken ct)
    {
        var reply = await Login.FinishAsync(result, ct);
        if (Login.Current is { } login)
        {
            _login?.Dispose();
            _login = _services.Sessions?.Add(login.Account, _transport.Revoke);
        }
        _transport.IsSlow = Login.IsSlow && Options.Limits;
        if (reply.IsPositive)
        {
            CountAsProgress();
        }
        if (reply.Closes)
        {
            _end = SmtpEndReason.FailedLogins;
        }
        return reply;
    }

    /// <summary>Waits for more content; the time for all of it begins with the first wait.</summary>
    public ValueTask<ReadResult> ReadContentAsync(SmtpTransaction? transaction)
    {
        if (transaction is null)
        {
            return _transport.ReadContentAsync(Options.ReadTimeout);
        }
        transaction.ContentStarted ??= _services.Time.GetTimestamp();
        return _transport.ReadContentAsync(Options.DataTimeout - _services.Time.GetElapsedTime(transaction.ContentStarted.Value));
    }

    /// <summary>Shows content in the trace, if there is one.</summary>
    public void TraceContent(in ReadOnlySequence<byte> content) => _transport.TraceContent(content);

    /// <summary>HELO, EHLO: begins anew, without a transaction.</summary>
    public async ValueTask GreetAsync(SmtpHost hello, bool isExtended)
    {
        await ResetAsync();
        // A client that does not know its name goes by its address.
        hello = hello == default ? new SmtpHost(RemoteIp) : hello;
        (Hello, IsExtended, Phase) = (hello, isExtended, SmtpPhases.Greeted);
        Login.Greeted(hello);
    }

    /// <summary>Forgets the transaction, and aborts it where it was not delivered.</summary>
    public async ValueTask ResetAsync()
    {
        if (Phase != SmtpPhases.Connected)
        {
            Phase = SmtpPhases.Greeted;
        }
        if (Transaction is { } transaction)
        {
            Transaction = null;
            await transaction.DisposeAsync();
        }
    }

    /// <summary>MAIL: begins a transaction. Null when it has begun.</summary>
    public async ValueTask<SmtpReply?> BeginAsync(Envelope envelope, CancellationToken ct)
    {
        if (_patience.BeginTransaction() is { } refusal)
        {
            return refusal;
        }
        var peer = new SmtpPeer
        {
            Cid = _cid.ToString(),
            ReceivedId = ReceivedId,
            RemoteIp = RemoteIp,
            LocalIp = LocalIp,
            Hostname = Options.Hostname,
            Hello = Hello,
            IsExtended = IsExtended,
            Tls = Tls,
            IsAuthenticated = Login.Current is not null,
        };
        var span = SmtpMetrics.Activities.StartActivity("smtp.transaction");
        try
        {
            var receiver = Login.Current is { } login
                ? await _services.Submission!.BeginAsync(peer, login, envelope, ct)
                : await _services.Inbound!.BeginAsync(peer, envelope, ct);
            Transaction = new SmtpTransaction(envelope, receiver, Options) { Span = span };
        }
        finally
        {
            if (Transaction is null)
            {
                span?.Dispose();
            }
        }
        Phase = SmtpPhases.Mail;
        return null;
    }

    /// <summary>RCPT: asks the receiver.</summary>
    public async ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest recipient, CancellationToken ct)
    {
        var reply = await Transaction!.Inbound.AddRecipientAsync(recipient, ct);
        if (reply.IsPositive)
        {
            Transaction.Recipients.Add(recipient.Path);
            Phase = SmtpPhases.Recipients;
            CountAsProgress();
        }
        return reply;
    }

    /// <summary>The command brought mail nearer, and does not count as idle.</summary>
    public void CountAsProgress() => _patience.Progress();

    /// <summary>The content is complete: delivers it, or says why not. The transaction is over either way.</summary>
    public async ValueTask<SmtpReply> FinishAsync(SmtpTransaction transaction, CancellationToken ct)
    {
        // The transaction began in another command, whose current span is not ours.
        using var span = SmtpMetrics.Activities.StartActivity("smtp.deliver", ActivityKind.Internal, transaction.Span?.Context ?? default);
        InboundResult result;
        try
        {
            if (transaction.Sink.Failure is { } failure)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
            result = transaction.Problem(Options, TooLarge) is { } problem
                ? new InboundResult(problem, [])
                : await DeliverAsync(transaction, ct);
        }
        finally
        {
            await ResetAsync();
        }
        var reply = result.Reply;
        if (reply.IsPositive || !result.IsHeldAgainstClient)
        {
            _patience.Delivered();
        }
        else if (reply.IsPermanent && Options.Limits && Options.Kind == SmtpServiceKind.Deliver)
        {
            _transport.IsSlow = true;
        }
        _services.Metrics.Transaction(Options.Kind, reply.Code, transaction.Sink.SizeBytes);
        span?.SetTag("mox.code", reply.Code);
        return reply;
    }

    /// <summary>503 for a command at a wrong place, with what is missing.</summary>
    public SmtpReply OutOfSequence(SmtpCommand command) => new(503, 5, 5, 1, Phase switch
    {
        SmtpPhases.Connected => "say EHLO first",
        SmtpPhases.Chunks => $"{command.Name} cannot come between BDAT chunks: send the last one, or RSET",
        _ when command.Phases == SmtpPhases.Greeted => $"{command.Name} cannot come within a transaction: finish it, or RSET",
        SmtpPhases.Mail => "no valid recipients",
        _ => "say MAIL FROM first",
    });

    private async ValueTask<InboundResult> DeliverAsync(SmtpTransaction transaction, CancellationToken ct)
    {
        var result = await transaction.Inbound.DeliverAsync(transaction.Facts(_services.Time.GetUtcNow()), ct);
        if (result.Delay > TimeSpan.Zero && Options.Limits)
        {
            await Task.Delay(result.Delay, _services.Time, CancellationToken.None);
        }
        return result;
    }

    private async ValueTask<SmtpEndReason> LoopAsync()
    {
        if (Options.ImplicitTls)
        {
            await UpgradeAsync();
        }
        await _transport.WriteAsync(new SmtpReply(220, null, $"{Options.Hostname} ESMTP mox"), isUtf8: false);
        while (true)
        {
            var line = await _transport.ReadLineAsync(MaxLineBytes);
            if (line.Status == LineStatus.EndOfStream)
            {
                return SmtpEndReason.PeerGone;
            }
            bool isFirst = _patience.CountCommand() == 1;
            bool isUtf8 = IsUtf8;
            long started = _services.Metrics.TimesCommands ? Stopwatch.GetTimestamp() : 0;
            var (command, reply) = line.Status == LineStatus.Line
                ? await RunCommandAsync(line, isFirst)
                : (null, BadLine(line.Status, isFirst));
            reply = _patience.Judge(reply, out var reason);
            await _transport.WriteAsync(reply, isUtf8);
            if (started != 0)
            {
                _services.Metrics.Command(Options.Kind, command?.Name ?? "unknown", reply.Code, Stopwatch.GetElapsedTime(started));
            }
            if (reply.Closes)
            {
                await _transport.FlushAsync();
                return _end ?? (command == QuitCommand.Definition && reply.IsPositive ? SmtpEndReason.Quit : reason);
            }
            if (UpgradeAfterReply)
            {
                await UpgradeAsync();
            }
        }
    }

    /// <summary>The inner catch ladder: every command ends here in exactly one reply.</summary>
    private async ValueTask<(SmtpCommand? Command, SmtpReply Reply)> RunCommandAsync(LineResult line, bool isFirst)
    {
        var input = new SmtpScanner(line.Span, Options.Pedantic) { IsSubmission = Options.Kind == SmtpServiceKind.Submit };
        var command = SmtpCommands.Find(input.Verb());
        _trace.Client(line.Span, command == AuthCommand.Definition ? Mox.Net.TraceContent.Credentials : Mox.Net.TraceContent.Protocol);
        if (command is null || line.HasBareCrOrLf)
        {
            return (null, Unknown(isFirst));
        }
        if ((command.Phases & Phase) == 0)
        {
            return (command, OutOfSequence(command));
        }
        try
        {
            return (command, await command.RunAsync(this, input, _connection.ConnectionClosed));
        }
        catch (SmtpReplyException e)
        {
            // Who cannot even greet does not speak SMTP.
            return (command, isFirst && e.Reply.Code == 501 ? e.Reply with { Closes = true } : e.Reply);
        }
        catch (OperationCanceledException e) when (_connection.ConnectionClosed.IsCancellationRequested)
        {
            throw new SmtpEndException(SmtpEndReason.PeerGone, null, e);
        }
        catch (Exception e) when (e is not SmtpEndException)
        {
            // Our own fault is temporary: the mail stays with the sender.
            LogCommandFailed(_logger, command.Name, e);
            await ResetAsync();
            return (command, command.Failure);
        }
    }

    private static SmtpReply Unknown(bool isFirst) => isFirst
        ? new SmtpReply(500, 5, 5, 1, "please try again speaking smtp") { Closes = true }
        : new SmtpReply(500, 5, 5, 1, "unknown command");

    private SmtpReply BadLine(LineStatus status, bool isFirst) =>
        new(500, 5, 5, 2, $"line too long, at most {MaxLineBytes} bytes") { Closes = isFirst || status == LineStatus.Overflow };

    private async ValueTask UpgradeAsync()
    {
        UpgradeAfterReply = false;
        await ResetAsync();
        bool isSubmission = Options.Kind == SmtpServiceKind.Submit;
        var options = new TlsAcceptOptions
        {
            ApplicationProtocols = Options.ImplicitTls ? ["smtp"] : [],
            AllowResume = Options.TlsResume,
            MinProtocol = Options.MinimumTls,
            // On port 25 unknown names get the default certificate rather than no mail.
            UnknownNameFallsBack = !isSubmission,
            RequestClientCertificate = isSubmission,
            HandshakeTimeout = Options.HandshakeTimeout,
        };
        try
        {
            await _transport.UpgradeAsync(_services.Certificates!, options);
        }
        catch (TlsHandshakeException e)
        {
            _services.Metrics.StartTls(Options.Kind, e.Failure.ToString());
            LogHandshakeFailed(_logger, e.Failure);
            throw new SmtpEndException(SmtpEndReason.Tls, null, e);
        }
        _services.Metrics.StartTls(Options.Kind, "Ok");
        Login.Forget();
        (Phase, IsExtended, Hello) = (SmtpPhases.Connected, false, default);
    }

    // AUTH may bring a long response on its own line.
    private int MaxLineBytes => Options.Kind == SmtpServiceKind.Submit && Login.Current is null ? SmtpOptions.MaxAuthLineBytes : Options.MaxCommandBytes;

    private LoginContext Describe(TlsSessionInfo? tls) => new()
    {
        Protocol = "submission",
        RemoteIp = RemoteIp,
        LocalIp = LocalIp,
        Tls = tls,
        AllowsPlaintext = Options.AllowPlaintextLogin,
        UserAgent = Hello == default ? null : Hello.ToString(),
        Cid = _cid.ToString(),
    };

    // An aborted transaction must not keep the connection from being closed.
    private async ValueTask ResetSafelyAsync()
    {
        try
        {
            await ResetAsync();
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
        }
    }

    // On a port with TLS nothing can be said before the handshake.
    private SmtpEndException Limited(ConnectionRefusal refusal) => new(SmtpEndReason.Limited, Options.ImplicitTls ? null : new SmtpReply(421, 4, 7, 0,
        refusal == ConnectionRefusal.TooManyOpen
            ? "too many connections from your network, try again later"
            : "too many new connections from your network, try again later"));

    private static IPAddress Address(EndPoint? endPoint) => endPoint is IPEndPoint { Address: var address }
        ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
        : IPAddress.Loopback;

    [LoggerMessage(Level = LogLevel.Debug, Message = "SMTP connection from {Remote} to {Local}")]
    private static partial void LogConnected(ILogger logger, IPAddress remote, IPAddress local);

    [LoggerMessage(Level = LogLevel.Debug, Message = "SMTP connection ended: {Reason}, {Commands} commands")]
    private static partial void LogEnded(ILogger logger, SmtpEndReason reason, int commands);

    [LoggerMessage(Level = LogLevel.Debug, Message = "TLS handshake failed: {Failure}")]
    private static partial void LogHandshakeFailed(ILogger logger, TlsHandshakeFailure failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "SMTP command {Command} failed")]
    private static partial void LogCommandFailed(ILogger logger, string command, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "SMTP session failed")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
