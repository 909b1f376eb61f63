namespace Mox.Imap.Commands;

/// <summary>STARTTLS (RFC 3501 section 6.2.1).</summary>
internal static class StartTlsCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("STARTTLS", ImapStates.NotAuthenticated, ExecuteAsync);

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (session.Tls is not null)
        {
            throw new ImapSyntaxException("TLS is on already");
        }
        if (!session.CanStartTls)
        {
            throw new ImapSyntaxException("TLS is not available here");
        }
        // Bytes that came with the command would be taken for the client's after the handshake: command injection.
        if (session.Reader.HasBufferedInput())
        {
            session.Writer.Raw("* BYE nothing may follow STARTTLS before the handshake"u8).Line();
            session.EndAfterReply(ImapEndReason.PlaintextAfterStartTls);
            throw new ImapSyntaxException("nothing may follow STARTTLS before the handshake");
        }
        session.StartTlsAfterReply();
        return ValueTask.FromResult(ImapReply.Ok("begin the handshake"));
    }
}
