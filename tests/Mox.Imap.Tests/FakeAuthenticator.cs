using System.Text;
using Mox.Net.Sasl;

namespace Mox.Imap.Tests;

/// <summary>Knows mox@localhost with moxmoxmox, and what was asked of it.</summary>
internal sealed class FakeAuthenticator : IAuthenticator
{
    public List<LoginContext> Attempts { get; } = [];

    /// <summary>Of the responses of AUTHENTICATE.</summary>
    public List<int> Sizes { get; } = [];

    public TimeSpan FailureDelay { get; set; }

    public LoginOutcome Failure { get; set; } = LoginOutcome.BadPassword;

    /// <summary>What a client with a certificate gets before the greeting.</summary>
    public LoginResult? Preauthenticated { get; set; }

    public IReadOnlyList<string> Mechanisms(LoginContext context) => ["PLAIN"];

    public SaslServerExchange? Begin(string mechanism, LoginContext context) =>
        mechanism == "PLAIN" ? new Plain(this, context) : null;

    public ValueTask<LoginResult> LoginAsync(string login, string password, LoginContext context, CancellationToken cancellationToken)
    {
        Attempts.Add(context);
        string? account = login.EndsWith("@localhost", StringComparison.Ordinal) ? login[..^10] : null;
        return ValueTask.FromResult(account is not null && password == "moxmoxmox"
            ? new LoginResult(LoginOutcome.Ok, account, login, TimeSpan.Zero)
            : new LoginResult(Failure, null, null, FailureDelay));
    }

    public ValueTask<LoginResult?> PreauthenticateAsync(LoginContext context, CancellationToken cancellationToken)
    {
        Assert.NotNull(context.Tls?.ClientCertificate);
        return ValueTask.FromResult(Preauthenticated);
    }

    private sealed class Plain(FakeAuthenticator owner, LoginContext context) : SaslServerExchange
    {
        public override string Mechanism => "PLAIN";

        public override async ValueTask<SaslStep> StepAsync(byte[]? clientResponse, CancellationToken cancellationToken)
        {
            if (clientResponse is null)
            {
                return SaslStep.Continue(Array.Empty<byte>());
            }
            owner.Sizes.Add(clientResponse.Length);
            string[] parts = Encoding.UTF8.GetString(clientResponse).Split('\0');
            return SaslStep.Done(parts.Length == 3
                ? await owner.LoginAsync(parts[1], parts[2], context, cancellationToken)
                : LoginResult.Failed(LoginOutcome.BadProtocol));
        }

        public override ValueTask<LoginResult> AbortAsync(LoginOutcome outcome, CancellationToken cancellationToken)
        {
            owner.Attempts.Add(context);
            return ValueTask.FromResult(LoginResult.Failed(outcome));
        }
    }
}
