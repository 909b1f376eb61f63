using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Net.Tls;

namespace Mox.Store;

/// <summary>Logs clients in against the accounts' stored verifiers, for every service; limits and records every attempt.</summary>
/// <remarks>
/// Unknown and disabled logins take the path and the time of known ones. An attempt counts as failed from its beginning
/// (<see cref="FailedLoginLimiter"/>); while a network is over its limit no password is looked at.
/// </remarks>
public sealed partial class StoreAuthenticator : IAuthenticator, ISaslBackend
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly AccountStore _store;
    private readonly Func<string, LoginTarget?> _find;
    private readonly FailedLoginLimiter _limiter;
    private readonly string _serverName;
    private readonly bool _delays;
    private readonly ILogger<StoreAuthenticator> _logger;
    private readonly FakeScramVerifiers _fakes;
    private readonly ConditionalWeakTable<LoginContext, Attempts> _attempts = [];

    /// <summary>Creates it.</summary>
    /// <param name="store">The accounts.</param>
    /// <param name="find">Resolves a login address; null when nobody has it. Asked at every attempt.</param>
    /// <param name="limiter">Limits of failed logins.</param>
    /// <param name="serverName">Goes into CRAM-MD5's challenge.</param>
    /// <param name="delays">Whether failed logins are answered late (not with --no-limits).</param>
    /// <param name="logger">Takes one line at Information for each attempt.</param>
    public StoreAuthenticator(
        AccountStore store,
        Func<string, LoginTarget?> find,
        FailedLoginLimiter limiter,
        string serverName,
        bool delays,
        ILogger<StoreAuthenticator> logger)
    {
        _store = store;
        _find = find;
        _limiter = limiter;
        _serverName = serverName;
        _delays = delays;
        _logger = logger;
        _fakes = new FakeScramVerifiers(store.FakeScramSecret, store.Services.Options.ScramIterations);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Mechanisms(LoginContext context) => SaslMechanisms.UsableBy(context, _store.Services.Options.Sasl);

    /// <inheritdoc/>
    public SaslServerExchange? Begin(string mechanism, LoginContext context) =>
        SaslMechanisms.Begin(mechanism, context, _store.Services.Options.Sasl, this, _serverName);

    /// <inheritdoc/>
    public ValueTask<LoginResult> LoginAsync(string login, string password, LoginContext context, CancellationToken cancellationToken) =>
        VerifyPasswordAsync("login", login, password, context, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<LoginResult> VerifyPasswordAsync(
        string mechanism, string login, string password, LoginContext context, CancellationToken cancellationToken)
    {
        LoginTarget? target = _find(login);
        if (!TryBegin(context))
        {
            return End(mechanism, login, target, LoginOutcome.RateLimited, context);
        }

        try
        {
            string? account = target is { } found && _store.Exists(found.Account) ? found.Account : null;
            ScramVerifier fake = _fakes.For(ScramHash.Sha256, target?.Address ?? login);
            bool fits = await _store.Passwords.VerifyAsync(account, fake, password, cancellationToken);
            LoginOutcome outcome = account is null ? LoginOutcome.BadUser
                : !fits ? LoginOutcome.BadPassword
                : target!.IsDisabled ? LoginOutcome.LoginDisabled
                : LoginOutcome.Ok;
            return End(mechanism, login, target, outcome, context);
        }
        catch (StoreException e)
        {
            LogUnavailable(_logger, context.Cid, e);
            return End(mechanism, login, target, LoginOutcome.Error, context);
        }
        catch (OperationCanceledException)
        {
            _ = End(mechanism, login, target, LoginOutcome.Aborted, context);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ScramVerifier> FindScramAsync(
        ScramHash hash, string login, LoginContext context, CancellationToken cancellationToken)
    {
        LoginTarget? target = _find(login);
        ScramVerifier fake = _fakes.For(hash, target?.Address ?? login);
        if (!TryBegin(context) || target is null || !_store.Exists(target.Account))
        {
            return fake;
        }

        try
        {
            return await _store.Passwords.FindScramAsync(target.Account, hash, cancellationToken) ?? fake;
        }
        catch (StoreException e)
        {
            LogUnavailable(_logger, context.Cid, e);
            StateOf(context).IsUnavailable = true;
            return fake;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> FindCramMd5SecretAsync(string login, LoginContext context, CancellationToken cancellationToken)
    {
        LoginTarget? target = _find(login);
        byte[]? secret = null;
        if (TryBegin(context) && target is not null && _store.Exists(target.Account))
        {
            try
            {
                secret = await _store.Passwords.FindCramMd5Async(target.Account, cancellationToken);
            }
            catch (StoreException e)
            {
                LogUnavailable(_logger, context.Cid, e);
                StateOf(context).IsUnavailable = true;
            }
        }

        return secret ?? RandomNumberGenerator.GetBytes(32);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> FindKeyLoginAsync(LoginContext context, CancellationToken cancellationToken) =>
        TryBegin(context) ? (await FindKeyAsync(context, cancellationToken))?.LoginAddress : null;

    /// <inheritdoc/>
    public async ValueTask<LoginResult?> PreauthenticateAsync(LoginContext context, CancellationToken cancellationToken)
    {
        // Who has no such key has not tried to log in: nothing is counted.
        return await FindKeyAsync(context, cancellationToken) is { ImapPreauth: true } key && TryBegin(context)
            ? await CompleteAsync(SaslMechanisms.External, key.LoginAddress, LoginOutcome.Ok, context, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public ValueTask<LoginResult> CompleteAsync(
        string mechanism, string? login, LoginOutcome outcome, LoginContext context, CancellationToken cancellationToken)
    {
        LoginTarget? target = login is null ? null : _find(login);
        Attempts state = StateOf(context);
        LoginOutcome judged =
            state.IsLimited ? LoginOutcome.RateLimited
            : state.IsUnavailable ? LoginOutcome.Error
            : outcome != LoginOutcome.Ok ? outcome
            : target is null || !_store.Exists(target.Account) ? LoginOutcome.BadCredentials
            : target.IsDisabled ? LoginOutcome.LoginDisabled
            : LoginOutcome.Ok;
        return ValueTask.FromResult(End(mechanism, login, target, judged, context));
    }

    // The key of the client's certificate, when it is registered.
    private async ValueTask<TlsPublicKey?> FindKeyAsync(LoginContext context, CancellationToken cancellationToken)
    {
        if (context.Tls?.ClientCertificate is not { } certificate)
        {
            return null;
        }

        try
        {
            TlsPublicKey? key = await _store.TlsPublicKeys.FindAsync(PublicKeyFingerprint.Of(certificate), cancellationToken);
            // An address that went to another account meanwhile does not open that one.
            return key is not null && _find(key.LoginAddress)?.Account == key.Account ? key : null;
        }
        catch (CryptographicException)
        {
            // A key of a kind that this platform cannot even name.
            return null;
        }
        catch (StoreException e)
        {
            LogUnavailable(_logger, context.Cid, e);
            StateOf(context).IsUnavailable = true;
            return null;
        }
    }

    private bool TryBegin(LoginContext context)
    {
        Attempts state = StateOf(context);
        state.IsUnavailable = false;
        state.IsCounted = _limiter.TryBegin(context.RemoteIp);
        state.IsLimited = !state.IsCounted;
        return state.IsCounted;
    }

    private LoginResult End(string mechanism, string? login, LoginTarget? target, LoginOutcome outcome, LoginContext context)
    {
        Attempts state = StateOf(context);
        if (outcome == LoginOutcome.Ok)
        {
            _limiter.Succeeded(context.RemoteIp);
            state.Failures = 0;
        }
        else if (outcome is LoginOutcome.Error or LoginOutcome.Aborted)
        {
            if (state.IsCounted)
            {
                _limiter.TakeBack(context.RemoteIp);
            }
        }
        else
        {
            state.Failures++;
        }

        state.IsCounted = state.IsLimited = state.IsUnavailable = false;
        _store.LoginAttempts.Record(target?.Account, login, mechanism, outcome, context);
        _store.Services.Metrics.LoginAttempted(context.Protocol, outcome.ToString());
        bool ok = outcome == LoginOutcome.Ok;
        if (ok)
        {
            LogSuccess(_logger, login ?? "", target!.Account, context.Protocol, mechanism, context.RemoteIp, context.Cid);
        }
        else
        {
            LogFailure(_logger, outcome, login ?? "", target?.Account ?? "", context.Protocol, mechanism, context.RemoteIp, context.Cid);
        }

        return new LoginResult(outcome, ok ? target!.Account : null, ok ? target!.Address : null, Delay(state.Failures, ok))
        {
            Text = outcome == LoginOutcome.LoginDisabled ? target?.DisabledText : null,
        };
    }

    // 1 s, 2 s, 4 s, ... for the failures of one connection.
    private TimeSpan Delay(int failures, bool ok) =>
        ok || !_delays || failures == 0 ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(MaxDelay.TotalSeconds, 1 << Math.Min(failures - 1, 4)));

    private Attempts StateOf(LoginContext context) => _attempts.GetValue(context, static _ => new Attempts());

    [LoggerMessage(Level = LogLevel.Information,
        Message = "authenticated login={Login} account={Account} protocol={Protocol} mechanism={Mechanism} remote={Remote} cid={Cid}")]
    private static partial void LogSuccess(
        ILogger logger, string login, string account, string protocol, string mechanism, System.Net.IPAddress remote, string cid);

    // fail2ban looks for these words and remote=.
    [LoggerMessage(Level = LogLevel.Information,
        Message = "failed authentication attempt outcome={Outcome} login={Login} account={Account} protocol={Protocol} mechanism={Mechanism} remote={Remote} cid={Cid}")]
    private static partial void LogFailure(
        ILogger logger, LoginOutcome outcome, string login, string account, string protocol, string mechanism,
        System.Net.IPAddress remote, string cid);

    [LoggerMessage(Level = LogLevel.Error, Message = "login could not be checked, cid {Cid}")]
    private static partial void LogUnavailable(ILogger logger, string cid, Exception exception);

    /// <summary>What a connection's attempts need to know of each other; one attempt at a time.</summary>
    private sealed class Attempts
    {
        public int Failures { get; set; }

        public bool IsCounted { get; set; }

        public bool IsLimited { get; set; }

        public bool IsUnavailable { get; set; }
    }
}
