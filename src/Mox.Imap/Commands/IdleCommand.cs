using System.Text;

namespace Mox.Imap.Commands;

/// <summary>IDLE (RFC 2177 section 3): tells of news until DONE comes.</summary>
internal static class IdleCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("IDLE", ImapStates.LoggedIn, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Writer.Raw("+ idling\r\n"u8);
        await session.News.TellUntilInputAsync(isIdle: true);
        var frame = await session.ReadAsync(session.Reader.ReadPlainLineAsync, session.IdleTimeout);
        if (frame.Kind is ImapFrameKind.EndOfStream or ImapFrameKind.Overflow)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
        }
        bool done = frame.Kind == ImapFrameKind.Command && Ascii.EqualsIgnoreCase(session.Reader.Command, "DONE"u8);
        session.Trace(session.Reader.Command, credentials: false);
        session.Reader.Release();
        return done ? ImapReply.Ok("no longer idle") : throw new ImapSyntaxException("expected DONE");
    }
}
