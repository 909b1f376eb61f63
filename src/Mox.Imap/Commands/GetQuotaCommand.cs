namespace Mox.Imap.Commands;

/// <summary>GETQUOTA (RFC 9208 section 4.1.1).</summary>
internal static class GetQuotaCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("GETQUOTA", ImapStates.LoggedIn, Parse, static (session, root, _) =>
    {
        if (root.Length > 0 || !QuotaResponse.HasRoot(session.Account))
        {
            throw new ImapNoException(ResponseCodes.NonExistent, "no such quota root");
        }
        QuotaResponse.Write(session);
        return ValueTask.FromResult(ImapReply.Ok("done"));
    });

    /// <summary>The name of a quota root.</summary>
    public static string Parse(ref ImapScanner input)
    {
        input.Space();
        return input.Astring();
    }
}
