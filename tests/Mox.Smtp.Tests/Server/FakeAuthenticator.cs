using System.Text;
using Mox.Net.Sasl;

namespace Mox.Smtp.Tests.Server;

/// <summary>Knows mox@here.example with "secret"; PLAIN, LOGIN and a mechanism TALK of any number of challenges.</summary>
internal sealed class FakeAuthenticator : IAuthenticator
{
    private readonly TaskCompletionSource _firstEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first attempt.</summary>
    public Task FirstEnd => _firstEnd.Task;

    public List<(string Mechanism, LoginOutcome Outcome, LoginContext Context)> Attempts { get; } = [];

    public LoginOutcome? Failure { get; set; }

    public string? FailureText { get; set; }

    public TimeSpan Delay { get; set; }

    public bool IsBroken { get; set; }

    public IReadOnlyList<string> Mechanisms(LoginContext context) =>
        context.Tls is null && !context.AllowsPlaintext ? ["TALK"] : ["TALK", "PLAIN", "LOGIN"];

    public SaslServerExchange? Begin(string mechanism, LoginContext context) => mechanism.ToUpperInvariant() switch
    {
        "PLAIN" => new Exchange(this, "PLAIN", 1, context),
        "LOGIN" => new Exchange(this, "LOGIN", 2, context),
        "TALK" => new Exchange(this, "TALK", 3, context),
        _ => null,
    };

    public ValueTask<LoginResult> LoginAsync(string login, string password, LoginContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("SMTP has no such command.");

    private LoginResult End(string mechanism, LoginOutcome outcome, LoginContext context)
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("broken");
        }
        outcome = outcome == LoginOutcome.Aborted ? outcome : Failure ?? outcome;
        Attempts.Add((mechanism, outcome, context));
        _firstEnd.TrySetResult();
        return outcome == LoginOutcome.Ok
            ? new LoginResult(outcome, "mox", "mox@here.example", TimeSpan.Zero)
            : new LoginResult(outcome, null, null, Delay) { Text = FailureText };
    }

    private sealed class Exchange(FakeAuthenticator owner, string mechanism, int responses, LoginContext context) : SaslServerExchange
    {
        private readonly List<string> _said = [];

        public override string Mechanism => mechanism;

        public override ValueTask<SaslStep> StepAsync(byte[]? clientResponse, CancellationToken cancellationToken)
        {
            if (clientResponse is not null)
            {
                _said.Add(Encoding.UTF8.GetString(clientResponse));
            }
            if (_said.Count < responses)
            {
                return new(SaslStep.Continue(mechanism == "PLAIN" ? default : Encoding.UTF8.GetBytes($"{mechanism}{_said.Count}")));
            }
            bool isRight = string.Join('|', _said) is "\0mox@here.example\0secret" or "mox@here.example|secret" or "|a|b";
            return new(SaslStep.Done(owner.End(mechanism, isRight ? LoginOutcome.Ok : LoginOutcome.BadPassword, context)));
        }

        public override ValueTask<LoginResult> AbortAsync(LoginOutcome outcome, CancellationToken cancellationToken) =>
            new(owner.End(mechanism, outcome, context));
    }
}
