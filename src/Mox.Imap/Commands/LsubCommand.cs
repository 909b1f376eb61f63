using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>LSUB (RFC 3501 section 6.3.9).</summary>
internal static class LsubCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("LSUB", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static LsubRequest Parse(ref ImapScanner input)
    {
        string reference = input.SpaceMailbox();
        input.Space();
        return new(reference, input.ListMailbox());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, LsubRequest request, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (request.Pattern.Length == 0)
        {
            writer.Raw("* LSUB (\\Noselect) \"/\" \"\""u8).Line();
            return ImapReply.Ok("listed");
        }
        var pattern = new ListPattern(request.Reference, request.Pattern);
        var mailboxes = session.Account.Mailboxes;
        var names = new SortedDictionary<MailboxName, bool>();
        foreach (var name in mailboxes.Subscriptions)
        {
            if (pattern.Matches(name))
            {
                names[name] = true;
            }
            else if (pattern.EndsInPercent)
            {
                // A subscribed name below one that "%" stops at shows as that one, \Noselect.
                for (var above = name.Parent; above is { } parent; above = parent.Parent)
                {
                    if (pattern.Matches(parent))
                    {
                        names.TryAdd(parent, false);
                    }
                }
            }
        }
        foreach (var (name, subscribed) in names)
        {
            bool selectable = mailboxes.TryFind(name, out _) && subscribed;
            writer.Raw(selectable ? "* LSUB () \"/\" "u8 : "* LSUB (\\Noselect) \"/\" "u8).Mailbox(name.Value).Line();
            await writer.FlushIfFullAsync(cancellationToken);
        }
        return ImapReply.Ok("listed");
    }

    internal sealed record LsubRequest(string Reference, string Pattern);
}
