namespace Mox.Net.Sasl;

/// <summary>What the exchanges ask of the store: secrets of a login, and the end of each attempt. Implemented in Mox.Store.</summary>
public interface ISaslBackend
{
    /// <summary>Checks a login and password given in plain (PLAIN, LOGIN), records the attempt, applies limits and delay.</summary>
    ValueTask<LoginResult> VerifyPasswordAsync(
        string mechanism, string login, string password, LoginContext context, CancellationToken cancellationToken);

    /// <summary>
    /// The verifier of a login. Never null: unknown, disabled and limited logins get <see cref="FakeScramVerifiers"/>'s, by the
    /// same path and in the same time, so that nobody learns which logins exist.
    /// </summary>
    ValueTask<ScramVerifier> FindScramAsync(ScramHash hash, string login, LoginContext context, CancellationToken cancellationToken);

    /// <summary>The shared secret of a login for CRAM-MD5 (RFC 2195 section 2). Never null: unknown logins get random bytes.</summary>
    ValueTask<byte[]> FindCramMd5SecretAsync(string login, LoginContext context, CancellationToken cancellationToken);

    /// <summary>The login address that the key of the connection's client certificate is registered for (EXTERNAL); null when it is for none.</summary>
    ValueTask<string?> FindKeyLoginAsync(LoginContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Ends an attempt whose proof the exchange judged (SCRAM, CRAM-MD5, EXTERNAL) or that never came so far: with
    /// <see cref="LoginOutcome.Ok"/> the proof fits and only the account's state is left to check. Records the attempt.
    /// </summary>
    ValueTask<LoginResult> CompleteAsync(
        string mechanism, string? login, LoginOutcome outcome, LoginContext context, CancellationToken cancellationToken);
}
