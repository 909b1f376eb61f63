using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>STATUS (RFC 3501 section 6.3.10), from counters that are kept with each change.</summary>
internal static class StatusCommand
{
    /// <summary>The items, and what each is.</summary>
    private static readonly Dictionary<string, Func<Mailbox, ImapSession, long>> Items = new(StringComparer.Ordinal)
    {
        ["MESSAGES"] = static (mailbox, _) => mailbox.Counts.Messages,
        ["RECENT"] = static (_, _) => 0,
        ["UIDNEXT"] = static (mailbox, _) => mailbox.UidNext.Value,
        ["UIDVALIDITY"] = static (mailbox, _) => mailbox.UidValidity.Value,
        ["UNSEEN"] = static (mailbox, _) => mailbox.Counts.Unseen,
        ["DELETED"] = static (mailbox, _) => mailbox.Counts.Deleted,
        // STATUS=SIZE (RFC 8438 section 2)
        ["SIZE"] = static (mailbox, _) => mailbox.Counts.SizeBytes,
        // CONDSTORE (RFC 7162 section 3.1.7)
        ["HIGHESTMODSEQ"] = static (mailbox, _) => mailbox.HighestModSeq.Value,
        // APPENDLIMIT (RFC 7889 section 3)
        ["APPENDLIMIT"] = static (_, session) => session.Options.MaxMessageBytes,
    };

    public static ImapCommand Definition { get; } = ImapCommand.Create("STATUS", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static StatusRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        input.Space();
        input.Byte((byte)'(');
        var items = new List<string>();
        do
        {
            int start = input.Position;
            string item = input.Word();
            if (!Items.ContainsKey(item))
            {
                throw new ImapSyntaxException("expected an item of STATUS", start);
            }
            if (!items.Contains(item))
            {
                items.Add(item);
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return new(mailbox, items);
    }

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, StatusRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.Mailbox);
        if (request.Items.Contains("HIGHESTMODSEQ"))
        {
            session.Enabled.EnableCondStore();
        }
        var writer = session.Writer.Raw("* STATUS "u8).Mailbox(mailbox.Name.Value).Raw(" ("u8);
        for (int i = 0; i < request.Items.Count; i++)
        {
            writer.Raw(i == 0 ? ""u8 : " "u8).Raw(request.Items[i]).Space().Number(Items[request.Items[i]](mailbox, session));
        }
        writer.Byte((byte)')').Line();
        return ValueTask.FromResult(ImapReply.Ok("done"));
    }

    internal sealed record StatusRequest(string Mailbox, List<string> Items);
}
