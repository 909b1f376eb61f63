namespace Mox.Net.Sasl;

/// <summary>
/// Logs clients in: every service asks this one, and it applies the limits and records every attempt. Implemented once, in Mox.Store.
/// </summary>
public interface IAuthenticator
{
    /// <summary>The SASL mechanisms that can be used on this connection now, strongest first; may be empty.</summary>
    IReadOnlyList<string> Mechanisms(LoginContext context);

    /// <summary>Begins an exchange. Null when the mechanism is unknown or cannot be used now.</summary>
    SaslServerExchange? Begin(string mechanism, LoginContext context);

    /// <summary>Checks a login and password (IMAP LOGIN, web).</summary>
    ValueTask<LoginResult> LoginAsync(string login, string password, LoginContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Logs in by the key of the client's TLS certificate before the client has asked for it (IMAP's PREAUTH). Null when there is no key that was registered
    /// for that; such a client may still log in as any other.
    /// </summary>
    ValueTask<LoginResult?> PreauthenticateAsync(LoginContext context, CancellationToken cancellationToken) => new((LoginResult?)null);
}
