using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>SELECT (RFC 3501 section 6.3.1, RFC 9051 section 6.3.2), with QRESYNC (RFC 7162 section 3.2.5).</summary>
internal static class SelectCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("SELECT", ImapStates.LoggedIn, Parse,
        static (session, request, ct) => ExecuteAsync(session, request, isReadOnly: false, ct));

    public static SelectRequest Parse(ref ImapScanner input) =>
        new(input.SpaceMailbox(), input.TrySpace() ? SelectParameters.Parse(ref input) : SelectParameters.None);

    public static async ValueTask<ImapReply> ExecuteAsync(
        ImapSession session, SelectRequest request, bool isReadOnly, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (request.Parameters.QResync is not null && !session.QResync)
        {
            throw new ImapSyntaxException("ENABLE QRESYNC comes first");
        }
        if (session.Selected is not null)
        {
            // Whatever becomes of this command, nothing is selected any more.
            session.Unselect();
            writer.Raw("* OK ["u8).Raw(ResponseCodes.Closed).Raw("] the other mailbox is closed"u8).Line();
        }
        if (request.Parameters.CondStore)
        {
            session.Enabled.EnableCondStore();
        }
        var mailbox = MailboxNames.Find(session, request.Mailbox);
        var view = await session.Account.OpenViewAsync(mailbox.Id, cancellationToken);
        session.Select(new SelectedMailbox(view, mailbox.Name, isReadOnly));
        try
        {
            WriteState(session, mailbox, request.Mailbox, view.Told, isReadOnly);
            if (request.Parameters.QResync is { } known && known.UidValidity == mailbox.UidValidity)
            {
                await ResyncAsync(session, known, view.Told);
            }
        }
        catch
        {
            session.Unselect();
            throw;
        }
        return isReadOnly ? ImapReply.Ok("look around", "READ-ONLY") : ImapReply.Ok("selected", "READ-WRITE");
    }

    // The order is that of imap.md 2.7.
    private static void WriteState(ImapSession session, Mailbox mailbox, string called, MailboxSnapshot told, bool isReadOnly)
    {
        var writer = session.Writer;
        SelectedMailbox.WriteFlagLists(writer, told.Keywords, isReadOnly);
        // IMAP4rev2 has neither RECENT nor UNSEEN (RFC 9051 appendix E), and UNSEEN is a sequence number.
        writer.Raw(session.Rev2 ? "* "u8 : "* 0 RECENT\r\n* "u8).Number(told.Count).Raw(" EXISTS"u8).Line();
        if (!session.Rev2 && !session.UidOnly && told.FirstUnseen() is var unseen and >= 0)
        {
            writer.Raw("* OK [UNSEEN "u8).Number(unseen + 1).Raw("] first unseen"u8).Line();
        }
        writer.Raw("* OK [UIDVALIDITY "u8).Number(mailbox.UidValidity.Value).Raw("] UIDs are valid"u8).Line();
        writer.Raw("* OK [UIDNEXT "u8).Number(told.UidNext.Value).Raw("] next UID"u8).Line();
        if (session.Rev2)
        {
            // By which the client learns how the name is spelled here (RFC 9051 section 6.3.2).
            bool other = called != mailbox.Name.Value && mailbox.Name != MailboxName.Inbox;
            ListResponse.Tell(session, session.Account.Mailboxes, mailbox.Name, other ? called : null);
        }
        // OBJECTID (RFC 8474 section 4.2)
        writer.Raw("* OK [MAILBOXID ("u8).Raw(ObjectIds.Of(mailbox.Id)).Raw(")] its identity"u8).Line();
        writer.Raw("* OK [HIGHESTMODSEQ "u8).Number(told.HighestModSeq.Value).Raw("] last change"u8).Line();
    }

    // What has left, then what has changed, of what the client knows.
    private static async ValueTask ResyncAsync(ImapSession session, QResyncParameter client, MailboxSnapshot told)
    {
        var (vanished, inconsistent) = client.VanishedIn(session.Account, told);
        if (inconsistent)
        {
            session.Writer.Raw("* OK [ALERT] the client knew messages that had left before: all that left is told again"u8).Line();
        }
        await VanishedResponse.WriteAsync(session, vanished, earlier: true);
        var known = client.KnownIn(told);
        foreach (int index in told.ChangedSince(client.Since))
        {
            var entry = told[index];
            if (NumberRanges.Contains(known, entry.Uid.Value))
            {
                SelectedMailbox.WriteFlags(session, index, entry);
                await session.Writer.FlushIfFullAsync(session.Closed);
            }
        }
    }

    internal sealed record SelectRequest(string Mailbox, SelectParameters Parameters);
}
