namespace Mox.Imap.Commands;

/// <summary>LOGIN (RFC 3501 section 6.2.3).</summary>
internal static class LoginCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.Create("LOGIN", ImapStates.NotAuthenticated, Parse, ExecuteAsync) with { HasCredentials = true };

    public static LoginRequest Parse(ref ImapScanner input)
    {
        input.Space();
        string login = input.Astring();
        input.Space();
        return new(login, input.Astring());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, LoginRequest request, CancellationToken cancellationToken)
    {
        if (!session.AllowsPasswords)
        {
            throw new ImapNoException(ResponseCodes.PrivacyRequired, "start TLS first");
        }
        var result = await session.Services.Authenticator.LoginAsync(
            request.Login, request.Password, session.LoginContext, cancellationToken);
        return await session.FinishLoginAsync(result, cancellationToken);
    }

    /// <summary>A login and its password; ToString shows neither.</summary>
    internal sealed class LoginRequest(string login, string password)
    {
        public string Login { get; } = login;

        public string Password { get; } = password;
    }
}
