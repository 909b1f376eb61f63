using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>
/// The items of STATUS (RFC 3501 section 6.3.10, RFC 9051 section 6.3.11), which LIST (RFC 5819 section 2) and NOTIFY
/// (RFC 5465 section 5) send too. All come from counters that are kept with each change.
/// </summary>
internal static class StatusItems
{
    private const string MailboxId = "MAILBOXID";

    /// <summary>The items, and what each is.</summary>
    private static readonly Dictionary<string, Func<Mailbox, ImapSession, long>> Table = new(StringComparer.Ordinal)
    {
        ["MESSAGES"] = static (mailbox, _) => mailbox.Counts.Messages,
        ["RECENT"] = static (_, _) => 0,
        ["UIDNEXT"] = static (mailbox, _) => mailbox.UidNext.Value,
        ["UIDVALIDITY"] = static (mailbox, _) => mailbox.UidValidity.Value,
        ["UNSEEN"] = static (mailbox, _) => mailbox.Counts.Unseen,
        // QUOTA=RES-MESSAGE and QUOTA=RES-STORAGE (RFC 9208 section 4.1.4)
        ["DELETED"] = static (mailbox, _) => mailbox.Counts.Deleted,
        ["DELETED-STORAGE"] = static (mailbox, _) => mailbox.Counts.DeletedSizeBytes,
        // STATUS=SIZE (RFC 8438 section 2)
        ["SIZE"] = static (mailbox, _) => mailbox.Counts.SizeBytes,
        // CONDSTORE (RFC 7162 section 3.1.7)
        ["HIGHESTMODSEQ"] = static (mailbox, _) => mailbox.HighestModSeq.Value,
        // OBJECTID (RFC 8474 section 4.3); written as what it is.
        [MailboxId] = static (mailbox, _) => mailbox.Id.Value,
        // APPENDLIMIT (RFC 7889 section 3)
        ["APPENDLIMIT"] = static (_, session) => session.Options.MaxMessageBytes,
    };

    /// <summary>What NOTIFY tells of a mailbox (RFC 5465 section 5).</summary>
    public static List<string> ForNotify { get; } = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];

    /// <summary>As <see cref="ForNotify"/>, to clients with CONDSTORE.</summary>
    public static List<string> ForNotifyWithModSeq { get; } = [.. ForNotify, "HIGHESTMODSEQ"];

    /// <summary>"(" status-att *(SP status-att) ")", each item once.</summary>
    public static List<string> Parse(ref ImapScanner input)
    {
        input.Byte((byte)'(');
        var items = new List<string>();
        do
        {
            int start = input.Position;
            string item = input.Word();
            if (!Table.ContainsKey(item))
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
        return items;
    }

    /// <summary>A client that asks for HIGHESTMODSEQ knows CONDSTORE (RFC 7162 section 3.1).</summary>
    public static void EnableWhatTheyImply(ImapSession session, List<string> items)
    {
        if (items.Contains("HIGHESTMODSEQ"))
        {
            session.Enable(static features => features.EnableCondStore());
        }
    }

    /// <summary>Writes one STATUS response.</summary>
    public static void Write(ImapSession session, Mailbox mailbox, List<string> items)
    {
        var writer = session.Writer.Raw("* STATUS "u8).Mailbox(mailbox.Name.Value).Raw(" ("u8);
        for (int i = 0; i < items.Count; i++)
        {
            writer.Raw(i == 0 ? ""u8 : " "u8).Raw(items[i]).Space();
            if (items[i] == MailboxId)
            {
                writer.Byte((byte)'(').Raw(ObjectIds.Of(mailbox.Id)).Byte((byte)')');
            }
            else
            {
                writer.Number(Table[items[i]](mailbox, session));
            }
        }
        writer.Byte((byte)')').Line();
    }
}
