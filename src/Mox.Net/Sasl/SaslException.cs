namespace Mox.Net.Sasl;

/// <summary>A message that breaks its mechanism's grammar, or a server that cannot prove itself to a client.</summary>
/// <param name="message">What was expected; goes to the log, not to the peer.</param>
/// <param name="outcome">How the attempt ends.</param>
public sealed class SaslException(string message, LoginOutcome outcome = LoginOutcome.BadProtocol) : Exception(message)
{
    /// <summary>How the attempt ends.</summary>
    public LoginOutcome Outcome { get; } = outcome;
}
