using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>While nobody changes anything: a client that comes new sees what all others see and what all that was done adds up to.</summary>
internal static class Checkpoint
{
    public static async Task VerifyAsync(StressTarget target, IReadOnlyList<StressClient> clients, Ledger ledger)
    {
        await Task.WhenAll(clients.Select(client => Watched(client, client.SettleAsync)));
        using Dialog dialog = await target.OpenAsync(tls: true);
        for (int mailbox = 0; mailbox < target.Mailboxes; mailbox++)
        {
            SortedDictionary<uint, Fetched> there = await ReadAsync(dialog, mailbox);
            foreach (StressClient client in clients.Where(client => client.View.Mailbox == mailbox))
            {
                Compare(client, there);
            }

            ledger.Judge(mailbox, there);
            await CompareStatusAsync(dialog, mailbox, there);
        }

        ledger.Forget();
    }

    /// <summary>A failure of a client tells which it was, and its last lines.</summary>
    public static async Task Watched(StressClient client, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is LoadException or IOException or TimeoutException or FormatException)
        {
            throw new LoadException($"{client}: {e.Message}\n{client.Lines}");
        }
    }

    private static async Task<SortedDictionary<uint, Fetched>> ReadAsync(Dialog dialog, int mailbox)
    {
        SortedDictionary<uint, Fetched> there = [];
        long highest = 0;
        await dialog.OkAsync($"SELECT {StressTarget.Mailbox(mailbox)} (CONDSTORE)", line =>
            highest = ResponseCode.Find(line, "HIGHESTMODSEQ") is [var value] ? long.Parse(value, CultureInfo.InvariantCulture) : highest);
        await dialog.OkAsync("FETCH 1:* (UID FLAGS MODSEQ RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", line =>
        {
            if (line.Contains(" FETCH (", StringComparison.Ordinal))
            {
                Fetched message = Fetched.Parse(line);
                there.Add(message.Uid!.Value, message);
            }
        });
        return there.Values.FirstOrDefault(message => message.ModSeq > highest) is { } above
            ? throw new LoadException($"mailbox {mailbox}, UID {above.Uid}: MODSEQ {above.ModSeq} is above HIGHESTMODSEQ {highest}") : there;
    }

    private static void Compare(StressClient client, SortedDictionary<uint, Fetched> there)
    {
        uint[] seen = [.. client.View.Messages.Select(entry => entry.Uid)];
        if (!seen.SequenceEqual(there.Keys))
        {
            throw Wrong($"it sees {seen.Length} messages of {there.Count}; too many: {List(seen.Except(there.Keys))}; missing: {List(there.Keys.Except(seen))}");
        }

        foreach (Entry entry in client.View.Messages)
        {
            Fetched message = there[entry.Uid];
            if (!entry.Flags!.SetEquals(message.Flags!))
            {
                throw Wrong($"flags of UID {entry.Uid} are ({string.Join(' ', message.Flags!)}) with MODSEQ {message.ModSeq}, it knows ({string.Join(' ', entry.Flags)}) with MODSEQ {entry.ModSeq}");
            }

            if (client.TellsModSeq && entry.ModSeq != 0 && entry.ModSeq != message.ModSeq)
            {
                throw Wrong($"MODSEQ of UID {entry.Uid} is {message.ModSeq}, it knows {entry.ModSeq}");
            }
        }

        LoadException Wrong(string what) => new($"{client}: {what}\n{client.Lines}");

        static string List(IEnumerable<uint> uids) => string.Join(' ', uids.Take(10));
    }

    // STATUS counts without looking at the messages, so it is a second opinion.
    private static async Task CompareStatusAsync(Dialog dialog, int mailbox, SortedDictionary<uint, Fetched> there)
    {
        await dialog.OkAsync("UNSELECT");
        string status = "";
        await dialog.OkAsync($"STATUS {StressTarget.Mailbox(mailbox)} (MESSAGES UNSEEN SIZE)", line => status = line);
        foreach ((string item, long should) in new[]
        {
            ("MESSAGES", there.Count), ("UNSEEN", there.Values.Count(message => !message.Flags!.Contains(@"\Seen"))),
            ("SIZE", there.Values.Sum(message => (long)message.Size!)),
        })
        {
            if (!status.Contains($"{item} {should}", StringComparison.Ordinal))
            {
                throw new LoadException($"{item} should be {should}: {status}");
            }
        }
    }
}
