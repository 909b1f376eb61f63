namespace Mox.Net.Sasl;

/// <summary>LOGIN: login and password, each asked for. No RFC has it; Outlook and many devices know nothing better.</summary>
internal sealed class LoginServerExchange(LoginContext context, ISaslBackend backend)
    : ServerExchange(SaslMechanisms.Login, context, backend)
{
    // Some clients look at these words, so they are the usual ones.
    private static readonly byte[] AskLogin = "Username:"u8.ToArray();
    private static readonly byte[] AskPassword = "Password:"u8.ToArray();

    protected override async ValueTask<SaslStep> NextAsync(byte[]? clientResponse, CancellationToken cancellationToken)
    {
        if (clientResponse is not { } message)
        {
            return SaslStep.Continue(AskLogin);
        }

        var text = Decode(message);
        if (Login is null)
        {
            Login = text.Length > 0 ? text : throw new SaslException("expected a login");
            return SaslStep.Continue(AskPassword);
        }

        return SaslStep.Done(await Backend.VerifyPasswordAsync(Mechanism, Login, text, Context, cancellationToken));
    }
}
