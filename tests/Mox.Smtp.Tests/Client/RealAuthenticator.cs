using Mox.Net.Sasl;

namespace Mox.Smtp.Tests.Client;

/// <summary>The real mechanisms over one user, mox@here.example with "secret"; offers what it is told to.</summary>
internal sealed class RealAuthenticator(params string[] offered) : IAuthenticator, ISaslBackend
{
    private static readonly SaslMechanismOptions Options = new() { ScramSha1 = true, CramMd5 = true };

    private readonly ScramVerifier _sha256 = ScramVerifier.Derive(ScramHash.Sha256, "secret", ScramVerifier.MinIterations);
    private readonly ScramVerifier _sha1 = ScramVerifier.Derive(ScramHash.Sha1, "secret", ScramVerifier.MinIterations);

    /// <summary>Mechanism, login and outcome of each attempt.</summary>
    public List<string> Attempts { get; } = [];

    /// <summary>The server does not have the right verifier: it cannot prove itself.</summary>
    public bool IsImpostor { get; init; }

    public IReadOnlyList<string> Mechanisms(LoginContext context) => [.. SaslMechanisms.UsableBy(context, Options).Intersect(offered)];

    public SaslServerExchange? Begin(string mechanism, LoginContext context) =>
        offered.Contains(mechanism) ? SaslMechanisms.Begin(mechanism, context, Options, this, "mail.example") : null;

    public ValueTask<LoginResult> LoginAsync(string login, string password, LoginContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<LoginResult> VerifyPasswordAsync(
        string mechanism, string login, string password, LoginContext context, CancellationToken cancellationToken) =>
        CompleteAsync(mechanism, login, (login, password) == ("mox@here.example", "secret") ? LoginOutcome.Ok : LoginOutcome.BadPassword, context, cancellationToken);

    public ValueTask<ScramVerifier> FindScramAsync(ScramHash hash, string login, LoginContext context, CancellationToken cancellationToken) =>
        new(hash == ScramHash.Sha1 ? _sha1 : IsImpostor ? WithoutServerKey() : _sha256);

    public ValueTask<byte[]> FindCramMd5SecretAsync(string login, LoginContext context, CancellationToken cancellationToken) => new("secret"u8.ToArray());

    public ValueTask<string?> FindKeyLoginAsync(LoginContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("no keys here");

    public ValueTask<LoginResult> CompleteAsync(
        string mechanism, string? login, LoginOutcome outcome, LoginContext context, CancellationToken cancellationToken)
    {
        Attempts.Add($"{mechanism} {login} {outcome}");
        return new(outcome == LoginOutcome.Ok ? new LoginResult(outcome, "mox", login, TimeSpan.Zero) : LoginResult.Failed(outcome));
    }

    private ScramVerifier WithoutServerKey() => new(ScramHash.Sha256, _sha256.Salt, _sha256.Iterations, _sha256.StoredKey, new byte[32]);
}
