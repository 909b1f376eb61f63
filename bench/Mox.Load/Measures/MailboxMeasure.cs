using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>A large mailbox: SELECT, FETCH, SEARCH, and changes of all its messages.</summary>
internal static class MailboxMeasure
{
    private const string Mailbox = "Large";
    private const int SizeBytes = 20_000;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("mailbox", 10_000);
        await Filling.FillAsync(target, Mailbox, messages, SizeBytes);
        using ImapConnection imap = await target.LoginAsync();
        await imap.OkAsync($"SELECT {Mailbox}");
        await TimeAsync("select.ms", 21, () => imap.OkAsync($"SELECT {Mailbox}"));
        await TimeAsync("fetch.flags.ms", 5, () => AllAsync("UID FETCH 1:* (UID FLAGS)"));
        await TimeAsync("fetch.envelope.ms", 5, () => AllAsync("FETCH 1:* (ENVELOPE)"));
        await TimeAsync("fetch.bodystructure.ms", 5, () => AllAsync("FETCH 1:* (BODYSTRUCTURE)"));
        await TimeAsync("fetch.list.ms", 3, () => AllAsync("FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE)])"));
        await TimeAsync("fetch.client.ms", 3, () => AllAsync(
            "UID FETCH 1:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To)])"));
        await BodiesAsync(tls: false);
        await BodiesAsync(tls: true);
        await TimeAsync("search.unseen.ms", 5, () => imap.OkAsync("SEARCH UNSEEN"));
        await TimeAsync("search.since.ms", 5, () => imap.OkAsync("SEARCH SINCE 1-Feb-2024 BEFORE 3-Feb-2024"));
        await TimeAsync("search.from.ms", 3, () => imap.OkAsync("SEARCH FROM nobody@nowhere.example"));
        await TimeAsync("search.subject.ms", 3, () => imap.OkAsync("SEARCH SUBJECT \"part 13\""));
        await target.Processes.QuietAsync(); // the index of texts, where there is one
        await TimeAsync("search.text.ms", 3, () => imap.OkAsync("SEARCH TEXT xyzzyplugh"));
        await TimeAsync("search.body.ms", 3, () => imap.OkAsync("SEARCH BODY xyzzyplugh"));
        int one = 0;
        await TimeAsync("store.one.ms", 101, () => imap.OkAsync($"STORE {++one} +FLAGS.SILENT (\\Flagged)"));
        await TimeAsync("store.all.ms", 1, () => imap.OkAsync(@"STORE 1:* +FLAGS.SILENT (\Answered)"));
        await imap.OkAsync("CREATE Copied");
        await imap.OkAsync("CREATE Moved");
        await TimeAsync("copy.all.ms", 1, () => imap.OkAsync("COPY 1:* Copied"));
        await imap.OkAsync("SELECT Copied");
        await TimeAsync("move.all.ms", 1, () => imap.OkAsync("MOVE 1:* Moved"));
        await imap.OkAsync("SELECT Moved");
        await imap.OkAsync(@"STORE 1:* +FLAGS.SILENT (\Deleted)");
        await TimeAsync("expunge.all.ms", 1, () => imap.OkAsync("EXPUNGE"));
        await imap.OkAsync("UNSELECT");
        await imap.OkAsync("DELETE Copied");
        await imap.OkAsync("DELETE Moved");

        async Task<int> AllAsync(string command)
        {
            int responses = await imap.OkAsync(command);
            return responses >= messages ? responses : throw new LoadException($"{command}: {responses} responses");
        }

        async Task TimeAsync(string name, int times, Func<Task<int>> step)
        {
            List<double> each = [];
            for (int i = 0; i < times; i++)
            {
                long began = Stopwatch.GetTimestamp();
                await step();
                each.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            results.Add($"mailbox.{name}", Results.Percentile(each, 0.5));
        }

        async Task BodiesAsync(bool tls)
        {
            using ImapConnection reader = await target.LoginAsync(tls);
            await reader.OkAsync($"EXAMINE {Mailbox}");
            List<double> rates = [];
            for (int i = 0; i < 3; i++)
            {
                long before = reader.Received;
                long began = Stopwatch.GetTimestamp();
                await reader.OkAsync("FETCH 1:* (BODY.PEEK[])");
                rates.Add((reader.Received - before) / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds);
            }

            results.Add($"mailbox.fetch.bodies.{(tls ? "tls" : "plain")}.mb_s", Results.Percentile(rates, 0.5));
        }
    }

    /// <summary>After a restart of the server: the first login of the user, and the first SELECT of the large mailbox.</summary>
    public static async Task ReopenAsync(Target target, Results results, Options options)
    {
        using ImapConnection imap = await ImapConnection.ConnectAsync(target.Imap, tls: false);
        long began = Stopwatch.GetTimestamp();
        await imap.OkAsync($"LOGIN {target.User} {target.Password}");
        results.Add("reopen.login.ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        began = Stopwatch.GetTimestamp();
        await imap.OkAsync($"SELECT {Mailbox}");
        results.Add("reopen.select.ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}
