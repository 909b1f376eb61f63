using System.Text;
using Mox.Net.Sasl;

namespace Mox.Net.Tests.Sasl;

/// <summary>A store of one user, which notes every end.</summary>
internal sealed class FakeSaslBackend(string login, string password) : ISaslBackend
{
    private readonly FakeScramVerifiers _fakes = new("a server's secret"u8.ToArray(), 4_096);

    public ScramVerifier? Verifier { get; init; }

    public LoginOutcome WhenProofFits { get; init; } = LoginOutcome.Ok;

    public string? KeyLogin { get; init; }

    public List<string> Log { get; } = [];

    public ValueTask<LoginResult> VerifyPasswordAsync(
        string mechanism, string name, string secret, LoginContext context, CancellationToken cancellationToken) =>
        CompleteAsync(mechanism, name, name != login ? LoginOutcome.BadUser : secret != password ? LoginOutcome.BadPassword : LoginOutcome.Ok, context, cancellationToken);

    public ValueTask<ScramVerifier> FindScramAsync(ScramHash hash, string name, LoginContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(name != login ? _fakes.For(hash, name) : Verifier ?? ScramVerifier.Derive(hash, password, 4_096));

    public ValueTask<byte[]> FindCramMd5SecretAsync(string name, LoginContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(name == login ? Encoding.UTF8.GetBytes(password) : Guid.NewGuid().ToByteArray());

    public ValueTask<string?> FindKeyLoginAsync(LoginContext context, CancellationToken cancellationToken) => ValueTask.FromResult(KeyLogin);

    public ValueTask<LoginResult> CompleteAsync(
        string mechanism, string? name, LoginOutcome outcome, LoginContext context, CancellationToken cancellationToken)
    {
        outcome = outcome == LoginOutcome.Ok ? WhenProofFits : outcome;
        Log.Add($"{mechanism} {name} {outcome}");
        return ValueTask.FromResult(outcome == LoginOutcome.Ok
            ? new LoginResult(outcome, "account", name, TimeSpan.Zero) : LoginResult.Failed(outcome));
    }
}
