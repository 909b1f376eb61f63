using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>Writes LIST responses (RFC 9051 section 7.3.1): for LIST, and where the server tells of a name on its own.</summary>
internal static class ListResponse
{
    /// <summary>The response for one name that LIST gives.</summary>
    public static void Write(ImapSession session, MailboxList mailboxes, ListedNames.Listed listed, ListRequest request)
    {
        var (selection, @return) = (request.Selection, request.Return);
        bool subscribed = @return.Subscribed || selection.HasFlag(ListSelection.Subscribed);
        Begin(session, mailboxes, listed.Name, listed.Mailbox, tellSubscribed: subscribed, tellNoChildren: @return.Children);
        if (listed.HasSelectedBelow)
        {
            var writer = session.Writer.Raw(" (\"CHILDINFO\" ("u8);
            writer.Raw(selection.HasFlag(ListSelection.Subscribed) ? "\"SUBSCRIBED\""u8 : "\"SPECIAL-USE\""u8);
            writer.Raw((selection & ListSelection.Criteria) == ListSelection.Criteria ? " \"SPECIAL-USE\"))"u8 : "))"u8);
        }
        session.Writer.Line();
    }

    /// <summary>Tells of a name as it is now, with all its attributes; <paramref name="oldName"/> is what the client called it (OLDNAME).</summary>
    public static void Tell(ImapSession session, MailboxList mailboxes, MailboxName name, string? oldName = null)
    {
        var mailbox = mailboxes.TryFind(name, out var found) ? found : null;
        Begin(session, mailboxes, name, mailbox, tellSubscribed: true, tellNoChildren: false);
        if (oldName is not null)
        {
            session.Writer.Raw(" (\"OLDNAME\" ("u8).Mailbox(oldName).Raw("))"u8);
        }
        session.Writer.Line();
    }

    private static void Begin(
        ImapSession session, MailboxList mailboxes, MailboxName name, Mailbox? mailbox, bool tellSubscribed, bool tellNoChildren)
    {
        var writer = session.Writer.Raw("* LIST ("u8);
        bool children = mailboxes.HasChildren(name);
        if (mailbox is null)
        {
            // No mailbox: only its name is subscribed to, or it is above such a name.
            writer.Raw("\\NonExistent"u8);
        }
        if (children || mailbox is not null || tellNoChildren)
        {
            writer.Raw(mailbox is null ? " "u8 : ""u8).Raw(children ? "\\HasChildren"u8 : "\\HasNoChildren"u8);
        }
        if (tellSubscribed && mailboxes.IsSubscribed(name))
        {
            writer.Raw(" \\Subscribed"u8);
        }
        SpecialUses.Write(writer, mailbox?.SpecialUse ?? SpecialUse.None);
        writer.Raw(") \"/\" "u8).Mailbox(name.Value);
    }
}
