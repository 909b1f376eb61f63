using Mox.Net.Sasl;
using Mox.Net.Tls;

namespace Mox.Smtp.Server;

/// <summary>Who has logged in on a submission connection, and how often that failed (RFC 4954).</summary>
internal sealed class SmtpLogin(SmtpServices services, SmtpOptions options, Func<TlsSessionInfo?, LoginContext> describe)
{
    private const int FailuresToSlow = 3;

    private LoginContext? _context;
    private int _failures;

    /// <summary>Who has logged in, or null.</summary>
    public SubmissionLogin? Current { get; private set; }

    /// <summary>So often has it failed that everything goes slowly now.</summary>
    public bool IsSlow => _failures >= FailuresToSlow;

    /// <summary>TLS has begun: what was said before may have been said by somebody else (RFC 3207 section 4.2).</summary>
    public void Forget() => (_context, Current) = (null, null);

    /// <summary>The client has said its name, perhaps another than before.</summary>
    public void Greeted(SmtpHost hello)
    {
        if (_context is { } context)
        {
            context.UserAgent = hello.ToString();
        }
    }

    /// <summary>What can be used now, strongest first; nothing once somebody has logged in.</summary>
    public IReadOnlyList<string> Mechanisms(TlsSessionInfo? tls) =>
        Current is not null || services.Authenticator is not { } authenticator || (options.RequireStartTls && tls is null)
            ? []
            : [.. authenticator.Mechanisms(Context(tls)).Where(m => Allows(m, tls))];

    /// <summary>PLAIN and LOGIN show the password to anybody who listens, where there is no TLS.</summary>
    public bool Allows(string mechanism, TlsSessionInfo? tls) =>
        tls is not null || options.AllowPlaintextLogin || !(Is(mechanism, SaslMechanisms.Plain) || Is(mechanism, SaslMechanisms.Login));

    /// <summary>Begins an exchange; null when the mechanism cannot be used.</summary>
    public SaslServerExchange? Begin(string mechanism, TlsSessionInfo? tls) => services.Authenticator!.Begin(mechanism, Context(tls));

    /// <summary>Takes the result of an exchange: the only reply to AUTH, after its delay.</summary>
    public async ValueTask<SmtpReply> FinishAsync(LoginResult result, CancellationToken ct)
    {
        services.Metrics.Login(result.Outcome.ToString());
        if (options.Limits && result.Delay > TimeSpan.Zero)
        {
            await Task.Delay(result.Delay, services.Time, ct);
        }
        if (result.IsOk)
        {
            (Current, _failures) = (new SubmissionLogin(result.Account!, result.LoginAddress!), 0);
            return LoginReplies.Ok;
        }
        _failures++;
        return result.Outcome == LoginOutcome.RateLimited || _failures >= options.MaxFailedLogins
            ? LoginReplies.TooMany
            : LoginReplies.Refusal(result);
    }

    // One for all attempts over the same TLS: the authenticator counts failures by it.
    private LoginContext Context(TlsSessionInfo? tls) => _context ??= describe(tls);

    private static bool Is(string mechanism, string name) => mechanism.Equals(name, StringComparison.OrdinalIgnoreCase);
}
