using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>LIST (RFC 3501 section 6.3.8), with CHILDREN (RFC 3348 section 3) and roles (RFC 6154 section 2).</summary>
internal static class ListCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("LIST", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static ListRequest Parse(ref ImapScanner input)
    {
        string reference = input.SpaceMailbox();
        input.Space();
        return new(reference, input.ListMailbox());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, ListRequest request, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (request.Pattern.Length == 0)
        {
            // What the separator is, and the root of the reference.
            writer.Raw("* LIST (\\Noselect) \"/\" \"\""u8).Line();
            return ImapReply.Ok("listed");
        }
        var mailboxes = session.Account.Mailboxes;
        var parents = mailboxes.All.Select(m => m.Name.Parent).OfType<MailboxName>().ToHashSet();
        var pattern = new ListPattern(request.Reference, request.Pattern);
        foreach (var mailbox in mailboxes.All)
        {
            if (!pattern.Matches(mailbox.Name))
            {
                continue;
            }
            writer.Raw("* LIST ("u8).Raw(parents.Contains(mailbox.Name) ? "\\HasChildren"u8 : "\\HasNoChildren"u8);
            SpecialUses.Write(writer, mailbox.SpecialUse);
            writer.Raw(") \"/\" "u8).Mailbox(mailbox.Name.Value).Line();
            await writer.FlushIfFullAsync(cancellationToken);
        }
        return ImapReply.Ok("listed");
    }

    internal sealed record ListRequest(string Reference, string Pattern);
}
