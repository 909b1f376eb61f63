using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>A mailbox of many small messages, of which one in a hundred is unread: SELECT, FETCH of flags, SEARCH; and a client that comes back to it.</summary>
internal static class LargeMeasure
{
    private const string Mailbox = "Many";
    private const int SizeBytes = 1_000;
    private const int Times = 21;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("mailbox", 10_000);
        await Filling.FillAsync(target, Mailbox, messages, SizeBytes);
        using ImapConnection imap = await target.LoginAsync();
        await imap.OkAsync($"SELECT {Mailbox}");
        await imap.OkAsync($@"STORE 1:{messages * 99 / 100} +FLAGS.SILENT (\Seen)");
        foreach ((string name, string command) in ((string, string)[])[
            ("select", $"SELECT {Mailbox}"), ("fetch.flags", "FETCH 1:* (UID FLAGS)"), ("search.unseen", "SEARCH UNSEEN"),
            ("search.since", "SEARCH SINCE 1-Feb-2024 BEFORE 3-Feb-2024"), ("search.subject", "SEARCH SUBJECT \"part 13\""), ("search.from", "SEARCH FROM nobody@nowhere.example")])
        {
            results.Add($"large.{name}.ms", await MedianAsync(() => imap.OkAsync(command)));
        }

        await ResyncAsync(imap, results);
    }

    // Little has changed since (RFC 7162 section 3.2.5).
    private static async Task ResyncAsync(ImapConnection imap, Results results)
    {
        await imap.OkAsync("ENABLE QRESYNC");
        (string validity, string modSeq) = ("", "");
        await imap.OkAsync($"SELECT {Mailbox}", line =>
        {
            validity = Code(line, "UIDVALIDITY") ?? validity;
            modSeq = Code(line, "HIGHESTMODSEQ") ?? modSeq;
        });

        // Twenty that changed, from all over, and ten that left.
        await imap.OkAsync(@"UID STORE 1:10,500:509 +FLAGS.SILENT (\Flagged)");
        await imap.OkAsync(@"UID STORE 100:109 +FLAGS.SILENT (\Deleted)");
        await imap.OkAsync("EXPUNGE");
        List<double> each = [];
        for (int i = 0; i < Times; i++)
        {
            await imap.OkAsync("UNSELECT");
            int told = 0;
            each.Add(await OnceAsync(() => imap.OkAsync(
                $"SELECT {Mailbox} (QRESYNC ({validity} {modSeq}))", line => told += line.Contains(" FETCH (", StringComparison.Ordinal) ? 1 : 0)));
            if (told != 20)
            {
                throw new LoadException($"SELECT with QRESYNC tells of {told} messages, not of 20");
            }
        }

        results.Add("large.resync.ms", Results.Percentile(each, 0.5));
    }

    private static async Task<double> MedianAsync(Func<Task> step)
    {
        List<double> each = [];
        for (int i = 0; i < Times; i++)
        {
            each.Add(await OnceAsync(step));
        }

        return Results.Percentile(each, 0.5);
    }

    private static async Task<double> OnceAsync(Func<Task> step)
    {
        long began = Stopwatch.GetTimestamp();
        await step();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string? Code(string line, string name)
    {
        int from = line.IndexOf($"[{name} ", StringComparison.Ordinal);
        return from < 0 ? null : line[(from + name.Length + 2)..line.IndexOf(']', from)];
    }
}
