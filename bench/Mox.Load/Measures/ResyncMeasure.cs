using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>A client that comes back to a large mailbox of which little has changed: SELECT with QRESYNC (RFC 7162 section 3.2.5).</summary>
internal static class ResyncMeasure
{
    private const string Mailbox = "Resynced";
    private const int Times = 21;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        await SelectedMeasure.FillAsync(target, Mailbox, options.Number("mailbox", 10_000));
        using ImapConnection imap = await target.LoginAsync();
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
            long began = Stopwatch.GetTimestamp();
            await imap.OkAsync($"SELECT {Mailbox} (QRESYNC ({validity} {modSeq}))", line => told += line.Contains(" FETCH (", StringComparison.Ordinal) ? 1 : 0);
            each.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (told != 20)
            {
                throw new LoadException($"SELECT with QRESYNC tells of {told} messages, not of 20");
            }
        }

        results.Add("resync.select.ms", Results.Percentile(each, 0.5));
    }

    private static string? Code(string line, string name)
    {
        int from = line.IndexOf($"[{name} ", StringComparison.Ordinal);
        return from < 0 ? null : line[(from + name.Length + 2)..line.IndexOf(']', from)];
    }
}
