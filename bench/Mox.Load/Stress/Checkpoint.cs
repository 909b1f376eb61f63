using System.Diagnostics;
using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>While nobody changes anything: a client that comes new sees what all others see and what all that was done adds up to.</summary>
internal static class Checkpoint
{
    private static readonly TimeSpan LongestDelayOfNews = TimeSpan.FromSeconds(30);

    public static async Task VerifyAsync(StressTarget target, IReadOnlyList<StressClient> clients, Ledger ledger)
    {
        await Task.WhenAll(clients.Select(client => Watched(client, client.SettleAsync)));
        using Dialog dialog = await target.OpenAsync(tls: true);
        for (int mailbox = 0; mailbox < target.Mailboxes; mailbox++)
        {
            (SortedDictionary<uint, Fetched> there, long highest) = await ReadAsync(dialog, mailbox);
            int unseen = there.Values.Count(message => !message.Flags!.Contains(@"\Seen"));
            foreach (StressClient client in clients.Where(client => client.View.Mailbox == mailbox))
            {
                Compare(client, there);
            }

            ledger.Judge(mailbox, there);
            await CompareStatusAsync(dialog, mailbox, there, unseen);
            foreach (StressClient client in clients)
            {
                await Watched(client, () => HearElsewhereAsync(client, () => client.Elsewhere.Wrong(mailbox, there.Count, unseen, highest)));
            }
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

    // News of other mailboxes may come a little after the replies to the commands that made them.
    private static async Task HearElsewhereAsync(StressClient client, Func<string?> wrong)
    {
        long began = Stopwatch.GetTimestamp();
        while (wrong() is { } what)
        {
            if (Stopwatch.GetElapsedTime(began) > LongestDelayOfNews)
            {
                throw new LoadException(what);
            }

            await Task.Delay(10);
            await client.SettleAsync();
        }
    }

    private static async Task<(SortedDictionary<uint, Fetched> There, long HighestModSeq)> ReadAsync(Dialog dialog, int mailbox)
    {
        SortedDictionary<uint, Fetched> there = [];
        long highest = 0;
        await dialog.OkAsync($"SELECT {StressTarget.Mailbox(mailbox)} (CONDSTORE)", line =>
            highest = ResponseCode.Find(line, "HIGHESTMODSEQ") is [var value] ? long.Parse(value, CultureInfo.InvariantCulture) : highest);
        // By UID: in an empty mailbox there is no message of any number.
        await dialog.OkAsync("UID FETCH 1:* (UID FLAGS MODSEQ RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", line =>
        {
            if (line.Contains(" FETCH (", StringComparison.Ordinal))
            {
                Fetched message = Fetched.Parse(line);
                there.Add(message.Uid!.Value, message);
            }
        });
        return there.Values.FirstOrDefault(message => message.ModSeq > highest) is { } above
            ? throw new LoadException($"mailbox {mailbox}, UID {above.Uid}: MODSEQ {above.ModSeq} is above HIGHESTMODSEQ {highest}") : (there, highest);
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
                throw WrongAbout(entry, $"flags of UID {entry.Uid} are ({string.Join(' ', message.Flags!)}) with MODSEQ {message.ModSeq}, it knows ({string.Join(' ', entry.Flags)}) with MODSEQ {entry.ModSeq}");
            }

            if (client.TellsModSeq && entry.ModSeq != 0 && entry.ModSeq != message.ModSeq)
            {
                throw WrongAbout(entry, $"MODSEQ of UID {entry.Uid} is {message.ModSeq}, it knows {entry.ModSeq}");
            }
        }

        LoadException Wrong(string what) => new($"{client}: {what}\n{client.Lines}");

        LoadException WrongAbout(Entry entry, string what) => Wrong(client.View.Failure(entry.Uid, what).Message);

        static string List(IEnumerable<uint> uids) => string.Join(' ', uids.Take(10));
    }

    // STATUS counts without looking at the messages, so it is a second opinion.
    private static async Task CompareStatusAsync(Dialog dialog, int mailbox, SortedDictionary<uint, Fetched> there, int unseen)
    {
        await dialog.OkAsync("UNSELECT");
        string status = "";
        await dialog.OkAsync($"STATUS {StressTarget.Mailbox(mailbox)} (MESSAGES UNSEEN SIZE)", line => status = line);
        foreach ((string item, long should) in new[]
        {
            ("MESSAGES", there.Count), ("UNSEEN", unseen),
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
