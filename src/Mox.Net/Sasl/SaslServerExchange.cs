namespace Mox.Net.Sasl;

/// <summary>The server's side of one SASL exchange (RFC 4422 section 3).</summary>
/// <remarks>
/// The session decodes base64 and calls <see cref="StepAsync"/> until there is a result, which is already recorded.
/// A client that sends <c>*</c> ends it with <see cref="AbortAsync"/>. Not thread-safe; dispose at the end, whatever the end.
/// </remarks>
public abstract class SaslServerExchange : IDisposable
{
    /// <summary>The mechanism's name.</summary>
    public abstract string Mechanism { get; }

    /// <summary>
    /// Takes what the client sent. In the first call null means that the command had no initial response, which differs
    /// from an empty one (<c>=</c>); later it is never null.
    /// </summary>
    public abstract ValueTask<SaslStep> StepAsync(byte[]? clientResponse, CancellationToken cancellationToken);

    /// <summary>The client gave up, or sent what is not base64: records the attempt and gives its result.</summary>
    public abstract ValueTask<LoginResult> AbortAsync(LoginOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Clears what is secret.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Clears what is secret.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
