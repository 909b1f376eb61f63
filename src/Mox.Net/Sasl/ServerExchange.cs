using System.Text;

namespace Mox.Net.Sasl;

/// <summary>What all server exchanges share: grammar errors become recorded results, and nothing goes on after the end.</summary>
internal abstract class ServerExchange(string mechanism, LoginContext context, ISaslBackend backend) : SaslServerExchange
{
    /// <summary>Every text of SASL is UTF-8, and strictly so.</summary>
    protected static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private bool _ended;

    public override string Mechanism => mechanism;

    protected LoginContext Context => context;

    protected ISaslBackend Backend => backend;

    /// <summary>The login, as soon as the client has said it.</summary>
    protected string? Login { get; set; }

    public override async ValueTask<SaslStep> StepAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        SaslStep step;
        try
        {
            step = await NextAsync(clientResponse, cancellationToken);
        }
        catch (SaslException e)
        {
            return SaslStep.Done(await AbortAsync(e.Outcome, cancellationToken));
        }

        _ended = step.Result is not null;
        return step;
    }

    public override ValueTask<LoginResult> AbortAsync(LoginOutcome outcome, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _ended = true;
        return CompleteAsync(outcome, cancellationToken);
    }

    /// <exception cref="SaslException">The response breaks the grammar.</exception>
    protected abstract ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken);

    protected ValueTask<LoginResult> CompleteAsync(LoginOutcome outcome, CancellationToken cancellationToken) =>
        backend.CompleteAsync(mechanism, Login, outcome, context, cancellationToken);

    protected static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new SaslException("not valid UTF-8");
        }
    }
}
