using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>SELECT (RFC 3501 section 6.3.1).</summary>
internal static class SelectCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("SELECT", ImapStates.LoggedIn, Parse,
        static (session, request, ct) => ExecuteAsync(session, request, isReadOnly: false, ct));

    public static SelectRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        bool condStore = false;
        if (input.TrySpace())
        {
            // select-param (RFC 4466 section 2.4)
            input.Byte((byte)'(');
            condStore = input.TryWord("CONDSTORE"u8) ? true : throw input.Expected("CONDSTORE");
            input.Byte((byte)')');
        }
        return new(mailbox, condStore);
    }

    public static async ValueTask<ImapReply> ExecuteAsync(
        ImapSession session, SelectRequest request, bool isReadOnly, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (session.Selected is not null)
        {
            // Whatever becomes of this command, nothing is selected any more.
            session.Unselect();
            writer.Raw("* OK ["u8).Raw(ResponseCodes.Closed).Raw("] the other mailbox is closed"u8).Line();
        }
        if (request.CondStore)
        {
            session.Enabled.EnableCondStore();
        }
        var mailbox = MailboxNames.Find(session, request.Mailbox);
        var view = await session.Account.OpenViewAsync(mailbox.Id, cancellationToken);
        session.Select(new SelectedMailbox(view, mailbox.Name, isReadOnly));
        WriteState(session, mailbox, view.Told, isReadOnly);
        return isReadOnly ? ImapReply.Ok("look around", "READ-ONLY") : ImapReply.Ok("selected", "READ-WRITE");
    }

    // The order is that of imap.md 2.7.
    private static void WriteState(ImapSession session, Mailbox mailbox, MailboxSnapshot told, bool isReadOnly)
    {
        var writer = session.Writer;
        SelectedMailbox.WriteFlagLists(writer, told.Keywords, isReadOnly);
        writer.Raw("* 0 RECENT\r\n* "u8).Number(told.Count).Raw(" EXISTS"u8).Line();
        if (told.FirstUnseen() is var unseen and >= 0)
        {
            writer.Raw("* OK [UNSEEN "u8).Number(unseen + 1).Raw("] first unseen"u8).Line();
        }
        writer.Raw("* OK [UIDVALIDITY "u8).Number(mailbox.UidValidity.Value).Raw("] UIDs are valid"u8).Line();
        writer.Raw("* OK [UIDNEXT "u8).Number(told.UidNext.Value).Raw("] next UID"u8).Line();
        writer.Raw("* OK [HIGHESTMODSEQ "u8).Number(told.HighestModSeq.Value).Raw("] last change"u8).Line();
    }

    internal sealed record SelectRequest(string Mailbox, bool CondStore);
}
