namespace Mox.Imap.Commands;

/// <summary>NAMESPACE (RFC 2342 section 5): one personal namespace at the root, none of others.</summary>
internal static class NamespaceCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("NAMESPACE", ImapStates.LoggedIn, static (session, _) =>
    {
        session.Writer.Raw("* NAMESPACE ((\"\" \"/\")) NIL NIL"u8).Line();
        return ValueTask.FromResult(ImapReply.Ok("done"));
    });
}
