using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Store;

namespace Mox.Imap;

/// <summary>All state of one connection: reads commands, runs them one after the other, and gives each exactly one tagged reply.</summary>
/// <remarks>
/// Single-threaded: nothing in here is locked. Changes by others are seen in the selected mailbox's view, when this session
/// looks; only IDLE waits for them.
/// </remarks>
internal sealed class ImapSession(
    ConnectionContext connection, ImapServices services, ImapOptions options, ILogger logger) : IImapFraming, IDisposable
{
    private const int FailedLoginsToSlow = 3;

    // A client needs a handful: who sends more without logging in only holds the place.
    private const int MaxCommandsBeforeLogin = 200;

    private readonly ConnectionId _cid = services.ConnectionIds.Next();
    private CancellationTokenRegistration _stopAtDeadline;
    private readonly CancellationToken _shutdown = ShutdownOf(connection);
    private readonly IdleTimeout _timeout = new(services.Time, connection.ConnectionClosed, ShutdownOf(connection));
    private ProtocolTrace _trace = null!;
    private ImapTransport _transport = null!;
    private LoginContext? _loginContext;
    private SessionNews? _news;
    private AccountLease? _lease;
    private IDisposable? _login;
    private volatile bool _isRevoked;
    private ImapEndReason? _end;
    private int _commands;
    private int _badCommands;
    private int _failedLogins;
    private bool _slow;
    private bool _startTls;
    private bool _compress;

    public ImapOptions Options => options;

    public ImapServices Services => services;

    public ImapWriter Writer => _transport.Writer;

    public ImapCommandReader Reader => _transport.Reader;

    public TlsSessionInfo? Tls => _transport.Tls;

    /// <summary>The account that is logged in to.</summary>
    public Account Account => _lease?.Account ?? throw new InvalidOperationException("Nobody has logged in.");

    public SelectedMailbox? Selected { get; private set; }

    public ImapStates State => _lease is null ? ImapStates.NotAuthenticated
        : Selected is null ? ImapStates.Authenticated : ImapStates.Selected;

    /// <summary>What the client is told of without asking each time.</summary>
    public SessionNews News => _news ??= new SessionNews(this);

    /// <summary>What the client has switched on.</summary>
    public EnabledFeatures Enabled { get; private set; } = new();

    public bool Rev2 => Enabled.Rev2;

    public bool Utf8Enabled => Enabled.Utf8;

    public bool CondStore => Enabled.CondStore;

    public bool QResync => Enabled.QResync;

    public bool UidOnly => Enabled.UidOnly;

    public bool MetadataEnabled => Enabled.Metadata;

    /// <summary>Tag of the command that runs, or ran last.</summary>
    public string Tag { get; private set; } = "";

    public bool CanStartTls => Tls is null && services.Certificates is not null;

    public bool AllowsPasswords => Tls is not null || options.AllowPlaintextAuthentication;

    /// <summary>The mechanisms for AUTHENTICATE that can be used now.</summary>
    public IEnumerable<string> Mechanisms => services.Authenticator.Mechanisms(LoginContext)
        .Where(m => AllowsPasswords || m is not ("PLAIN" or "LOGIN"));

    /// <summary>Greets, serves, says goodbye.</summary>
    public async Task RunAsync()
    {
        using var scope = logger.BeginScope(new KeyValuePair<string, object?>[] { new("cid", _cid.ToString()) });
        _trace = new ProtocolTrace(logger, options.Trace);
        services.Metrics.ConnectionStarted();
        ImapSessionLog.Connected(logger, RemoteIp, options.ImplicitTls);
        _transport = new ImapTransport(connection, services, options, _trace, this);
        IDisposable? place = null;
        try
        {
            await ServeAsync(() => place = services.ConnectionLimits?.TryEnter(RemoteIp, out _));
        }
        catch (ImapConnectionGoneException exception)
        {
            _end = exception.Reason;
        }
        catch (TlsHandshakeException exception)
        {
            ImapSessionLog.TlsFailed(logger, exception.Failure);
            _end = ImapEndReason.TlsFailed;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Only what reads from and writes to the client runs here outside of a command.
            _end = ImapEndReason.ClosedByPeer;
        }
        finally
        {
            Unselect();
            _news?.Dispose();
            _login?.Dispose();
            _lease?.Dispose();
            await _transport.DisposeAsync();
            place?.Dispose();
            services.Metrics.ConnectionEnded(_end ?? ImapEndReason.Broken);
            ImapSessionLog.Ended(logger, _end ?? ImapEndReason.Broken);
        }
    }

    /// <summary>Frees the timer.</summary>
    public void Dispose() => _timeout.Dispose();

    /// <summary>The connection ends after the reply of this command.</summary>
    public void EndAfterReply(ImapEndReason reason) => _end = reason;

    /// <summary>TLS begins after the reply of this command.</summary>
    public void StartTlsAfterReply() => _startTls = true;

    public bool IsCompressed => _transport.IsCompressed;

    /// <summary>Compression begins after the reply of this command.</summary>
    public void CompressAfterReply() => _compress = true;

    /// <summary>Back to where nobody has logged in, and nothing is switched on but TLS and compression (RFC 8437 section 3).</summary>
    public void EndLogin()
    {
        Unselect();
        _news?.End();
        _lease?.Dispose();
        _lease = null;
        _commands = 0;
        Enabled = new();
        Writer.Utf8Enabled = false;
    }

    /// <summary>Switches something on: ENABLE.</summary>
    public void Enable(Action<EnabledFeatures> feature)
    {
        feature(Enabled);
        Writer.Utf8Enabled = Enabled.Utf8;
    }

    /// <summary>Enters the selected state.</summary>
    public void Select(SelectedMailbox mailbox)
    {
        Unselect();
        Selected = mailbox;
    }

    /// <summary>Leaves the selected state.</summary>
    public void Unselect()
    {
        Selected?.Dispose();
        Selected = null;
    }

    /// <summary>Notes what the client sent, for the operator who asked for a trace.</summary>
    public void Trace(ReadOnlySpan<byte> command, bool credentials) =>
        _trace.Client(command, credentials ? TraceContent.Credentials : TraceContent.Protocol);

    /// <summary>Waits for what the client sends, with a deadline.</summary>
    public ValueTask<T> ReadAsync<T>(Func<CancellationToken, ValueTask<T>> read, TimeSpan timeout) =>
        EndReadAsync(read(_timeout.Start(timeout)));

    /// <summary>Starts to wait for input, with the deadline of an idle client; ends with <see cref="EndReadAsync"/>.</summary>
    public Task<bool> BeginWaitForInput(CancellationTokenSource stop)
    {
        var deadline = _timeout.Start(IdleTimeout);
        _stopAtDeadline = deadline.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), stop);
        return Reader.WaitForInputAsync(stop.Token).AsTask();
    }

    /// <summary>Takes the result of a wait: at a deadline or a shutdown the client is told goodbye.</summary>
    /// <exception cref="ImapConnectionGoneException">The connection is over.</exception>
    public async ValueTask<T> EndReadAsync<T>(ValueTask<T> read)
    {
        try
        {
            return await read;
        }
        catch (OperationCanceledException)
        {
            throw await GoodbyeAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer, exception);
        }
        catch (InvalidDataException exception)
        {
            // What is not DEFLATE cannot be answered either: the client does not know where it stands.
            throw new ImapConnectionGoneException(ImapEndReason.BadCompression, exception);
        }
        finally
        {
            // The source that it cancels does not outlive the wait.
            await _stopAtDeadline.DisposeAsync();
            _stopAtDeadline = default;
            _timeout.Stop();
        }
    }

    /// <summary>Fires when the connection is gone: the token for work that a command does.</summary>
    public CancellationToken Closed => connection.ConnectionClosed;

    /// <summary>Capabilities that are not announced to the account that has logged in.</summary>
    public ImmutableArray<string> CapabilitiesDisabled => services.CapabilitiesDisabled(Account.Name);

    /// <summary>How long a client may stay silent now.</summary>
    public TimeSpan IdleTimeout => State == ImapStates.NotAuthenticated ? options.LoginTimeout : options.IdleTimeout;

    /// <summary>Sends what is written so far.</summary>
    public ValueTask FlushAsync() => Writer.FlushAsync(Closed);

    /// <summary>Sends <c>* BYE</c>; the caller then ends the connection.</summary>
    public ValueTask ByeAsync(string text)
    {
        Writer.Raw("* BYE "u8).Raw(text).Line();
        return FlushAsync();
    }

    /// <summary>Who tries to log in, and what the client says it is: one for all attempts over this transport.</summary>
    public LoginContext LoginContext => _loginContext ??= new()
    {
        Protocol = "imap",
        RemoteIp = RemoteIp,
        LocalIp = (connection.LocalEndPoint as IPEndPoint)?.Address,
        Tls = Tls,
        AllowsPlaintext = options.AllowPlaintextAuthentication,
        Cid = _cid.ToString(),
    };

    /// <summary>Takes the result of LOGIN or AUTHENTICATE: waits as told, opens the account, or says no.</summary>
    public async ValueTask<ImapReply> FinishLoginAsync(LoginResult result, CancellationToken cancellationToken)
    {
        services.Metrics.Login(result.Outcome.ToString());
        if (options.Limits && result.Delay > TimeSpan.Zero)
        {
            await Task.Delay(result.Delay, services.Time, cancellationToken);
        }
        if (result.IsOk)
        {
            _lease = await services.Accounts.OpenAsync(result.Account!, cancellationToken);
            _login?.Dispose();
            _login = services.Sessions?.Add(result.Account!, Revoke);
            _failedLogins = 0;
            _slow = false;
            return ImapReply.Ok("logged in", "CAPABILITY " + Capabilities.List(this));
        }
        _failedLogins++;
        _slow |= _failedLogins >= FailedLoginsToSlow;
        if (result.Outcome == LoginOutcome.RateLimited || _failedLogins >= options.MaxFailedLogins)
        {
            Writer.Raw("* BYE too many failed logins"u8).Line();
            EndAfterReply(ImapEndReason.TooManyFailedLogins);
        }
        throw result.Outcome switch
        {
            LoginOutcome.Aborted => new ImapSyntaxException("authentication was given up"),
            LoginOutcome.BadProtocol => new ImapSyntaxException("the response does not fit the mechanism"),
            LoginOutcome.LoginDisabled => new ImapNoException(ResponseCodes.AuthorizationFailed, result.Text ?? "this account cannot log in"),
            LoginOutcome.Error => new ImapNoException(ResponseCodes.Unavailable, "try again later"),
            _ => new ImapNoException(ResponseCodes.AuthenticationFailed, "bad credentials"),
        };
    }

    /// <inheritdoc/>
    bool IImapFraming.IsLoggedIn => _lease is not null;

    /// <inheritdoc/>
    bool IImapFraming.IsStreamed(ReadOnlySpan<byte> command) =>
        _lease is not null && ImapRequest.IsStreamed(command);

    /// <inheritdoc/>
    public ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        Writer.Raw("+ go ahead\r\n"u8);
        return FlushAsync();
    }

    private bool IsSlow => _slow && options.Limits;

    private IPAddress RemoteIp => (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    private static CancellationToken ShutdownOf(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;

    private async ValueTask ServeAsync(Func<IDisposable?> enter)
    {
        if (enter() is null && services.ConnectionLimits is not null)
        {
            _end = ImapEndReason.TooManyConnections;
            if (!options.ImplicitTls)
            {
                await ByeAsync("[LIMIT] too many connections from your network");
            }
            return;
        }
        if (options.ImplicitTls)
        {
            await UpgradeAsync();
        }
        bool known = options.ImplicitTls && await PreauthenticateAsync();
        Writer.Raw(known ? "* PREAUTH [CAPABILITY "u8 : "* OK [CAPABILITY "u8).Raw(Capabilities.List(this)).Raw("] mox imap"u8).Line();
        await FlushAsync();
        while (_end is null)
        {
            if (IsSlow)
            {
                await SlowMode.PauseAsync(services.Time, Closed);
            }
            if (News.IsPushing && !Reader.HasBufferedInput())
            {
                // NOTIFY (RFC 5465 section 3): while no command runs. From the first byte of the next one on there are none.
                await NewsAsync(News.TellUntilInputAsync(isIdle: false));
            }
            var frame = await ReadAsync(Reader.ReadAsync, IdleTimeout);
            await TakeAsync(frame);
            await FlushAsync();
            if (_startTls)
            {
                _startTls = false;
                await UpgradeAsync();
            }
            if (_compress)
            {
                _compress = false;
                _transport.Compress();
                Writer.Utf8Enabled = Enabled.Utf8;
            }
        }
    }

    // A key may be registered to log in before the greeting (RFC 3501 section 7.1.4). Who cannot be logged in so is greeted as any other.
    private async ValueTask<bool> PreauthenticateAsync()
    {
        if (Tls?.ClientCertificate is null
            || await services.Authenticator.PreauthenticateAsync(LoginContext, Closed) is not { IsOk: true } result)
        {
            return false;
        }
        try
        {
            await FinishLoginAsync(result, Closed);
            return true;
        }
        catch (StoreException exception)
        {
            ImapSessionLog.Refused(logger, "PREAUTH", exception.Message);
            return false;
        }
    }

    private async ValueTask UpgradeAsync()
    {
        await _transport.UpgradeAsync(Closed);
        // What was said in the clear may have been said by somebody else (RFC 3501 section 6.2.1).
        _loginContext = null;
    }

    // News are no part of a command: when they cannot be told, its answer stands, and the next command says what it is.
    private async ValueTask NewsAsync(ValueTask telling)
    {
        try
        {
            await telling;
        }
        catch (StoreException exception) when (Writer.IsAtLineStart)
        {
            ImapSessionLog.Refused(logger, "news", exception.Message);
        }
        catch (Exception exception) when (exception is not (ImapConnectionGoneException or IOException or OperationCanceledException))
        {
            ImapSessionLog.Broken(logger, exception, "news");
            throw new ImapConnectionGoneException(ImapEndReason.Broken, exception);
        }
    }

    // Of the selected mailbox, unless the command has just selected it, and of all else; not after the last command.
    private async ValueTask TellNewsAsync(ImapRequest request, SelectedMailbox? selected, bool expunged)
    {
        if (_end is not null)
        {
            return;
        }
        if (selected is not null && ReferenceEquals(Selected, selected))
        {
            await selected.SyncAsync(this, mayExpunge: !request.KeepsSequenceNumbers, asked: expunged);
        }
        if (_lease is not null)
        {
            await News.TellAsync();
        }
    }

    private async ValueTask TakeAsync(ImapFrame frame)
    {
        switch (frame.Kind)
        {
            case ImapFrameKind.EndOfStream:
                _end = ImapEndReason.ClosedByPeer;
                return;
            case ImapFrameKind.Overflow:
                await ByeAsync("[TOOBIG] the command is too long");
                _end = ImapEndReason.TooMuchInput;
                return;
        }
        await RunCommandAsync(ImapRequest.Read(frame, Reader.Command, this));
    }

    // By any thread: what waits for the client ends now, a command that runs is finished first.
    private void Revoke()
    {
        _isRevoked = true;
        _timeout.Cancel();
    }

    // After a deadline, a shutdown, or the end of the account.
    private async ValueTask<ImapConnectionGoneException> GoodbyeAsync()
    {
        if (connection.ConnectionClosed.IsCancellationRequested)
        {
            return new(ImapEndReason.ClosedByPeer);
        }
        bool shutdown = _shutdown.IsCancellationRequested;
        if (_isRevoked && !shutdown)
        {
            await ByeAsync("this account can no longer log in");
            return new(ImapEndReason.Revoked);
        }
        await ByeAsync(shutdown ? "the server is shutting down, come back soon" : "inactive for too long");
        return new(shutdown ? ImapEndReason.Shutdown : ImapEndReason.Inactive);
    }

    /// <summary>Runs one command and gives its one tagged reply.</summary>
    private async ValueTask RunCommandAsync(ImapRequest request)
    {
        Reader.Release();
        Tag = request.Tag;
        bool isFirst = _commands++ == 0;
        long started = services.Time.GetTimestamp();
        var selected = Selected;
        if (request.Execute is null && isFirst && request.IsUnintelligible)
        {
            // Not IMAP: HTTP, or somebody who looks around.
            await ByeAsync("this is an IMAP server");
            _end = ImapEndReason.NotImap;
            return;
        }
        if (_lease is null && _commands > MaxCommandsBeforeLogin)
        {
            await ByeAsync("log in, or do not");
            _end = ImapEndReason.TooManyBadCommands;
            return;
        }
        var (status, code, text, expunged) = await ExecuteAsync(request);
        if (Reader.HasOpenStream && !await ReadAsync(Reader.FinishStreamAsync, options.IdleTimeout))
        {
            await ByeAsync("[TOOBIG] the message is too long");
            _end = ImapEndReason.TooMuchInput;
            return;
        }
        await NewsAsync(TellNewsAsync(request, selected, expunged));
        if (expunged && QResync && Selected is { } now && ReferenceEquals(now, selected) && _end is null)
        {
            code ??= string.Create(CultureInfo.InvariantCulture, $"HIGHESTMODSEQ {now.Told.HighestModSeq.Value}");
        }
        if (Selected is { } next)
        {
            // What NOTIFY tells from here on may cross the next command.
            next.AskedAt = next.Told.HighestModSeq;
        }
        await WriteTaggedAsync($"{request.Tag} {status} {(code is null ? "" : $"[{code}] ")}{text}");
        if (status == "BAD")
        {
            await CountBadAsync();
        }
        if (services.Metrics.TimesCommands)
        {
            services.Metrics.Command(request.Command?.Name ?? "(unknown)", status, services.Time.GetElapsedTime(started));
        }
    }

    // The catch ladder. What the client did wrong is told to it; what we did wrong is logged, once, and told as such.
    private async ValueTask<Outcome> ExecuteAsync(ImapRequest request)
    {
        if (request.Execute is null)
        {
            return new(request.Status, request.Code, request.Text);
        }
        try
        {
            if (request.KeepsSequenceNumbers && Selected is { } selected)
            {
                await selected.SyncAsync(this, mayExpunge: false);
            }
            var reply = await request.Execute(this, Closed);
            return new(reply.IsNo ? "NO" : "OK", reply.Code, reply.Text, reply.Expunged);
        }
        catch (ImapConnectionGoneException)
        {
            throw;
        }
        catch (ImapSyntaxException exception)
        {
            return new("BAD", exception.Code, exception.ReplyText);
        }
        catch (Exception exception) when (Refusals.Of(exception) is { } refusal)
        {
            ImapSessionLog.Refused(logger, request.Command!.Name, refusal.Message);
            return new("NO", refusal.Code, refusal.Message);
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
        }
        catch (Exception exception)
        {
            ImapSessionLog.Broken(logger, exception, request.Command!.Name);
            if (!Writer.IsAtLineStart)
            {
                // A response was begun and cannot be ended: the client would read what follows as its rest.
                throw new ImapConnectionGoneException(ImapEndReason.Broken, exception);
            }
            return new("NO", ResponseCodes.ServerBug, "the server failed at this; it has been logged");
        }
    }

    private async ValueTask WriteTaggedAsync(string line)
    {
        if (IsSlow)
        {
            await Writer.WriteSlowlyAsync(line, _shutdown, Closed);
            return;
        }
        Writer.Raw(line).Line();
    }

    private async ValueTask CountBadAsync()
    {
        _badCommands++;
        _slow |= _badCommands > options.MaxBadCommands / 10;
        if (_badCommands >= options.MaxBadCommands)
        {
            await ByeAsync("too many bad commands");
            _end = ImapEndReason.TooManyBadCommands;
        }
    }

    private readonly record struct Outcome(string Status, string? Code, string Text, bool Expunged = false);
}
