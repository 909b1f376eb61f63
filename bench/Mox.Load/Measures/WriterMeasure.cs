using System.Diagnostics;

namespace Mox.Load.Measures;

/// <summary>One client stores flags as fast as it can while 50 others have the mailbox selected: most wait in IDLE, some read and say NOOP.</summary>
internal static class WriterMeasure
{
    private const string Mailbox = "Written";
    private const int SizeBytes = 1_000;
    private const int Idlers = 40;
    private const int Readers = 10;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("mailbox", 10_000);
        await Filling.FillAsync(target, Mailbox, messages, SizeBytes);
        List<ImapConnection> idlers = await OpenAsync(target, Idlers);
        List<ImapConnection> readers = await OpenAsync(target, Readers);
        try
        {
            await Task.WhenAll(idlers.Select(imap => imap.IdleAsync()));
            Task[] following = [.. idlers.Select(imap => imap.FollowAsync())];
            long began = Stopwatch.GetTimestamp();
            Task<int> stores = StoreAsync(target, messages, began);
            List<double>[] times = await Task.WhenAll(readers.Select((reader, i) => ReadAsync(reader, messages, began, new Random(i))));
            int stored = await stores;
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            foreach (ImapConnection idler in idlers)
            {
                await idler.SayDoneAsync();
            }

            await Task.WhenAll(following);
            List<double> all = [.. times.SelectMany(list => list)];
            results.Add("writer.store.per_s", stored / seconds);
            results.Add("writer.noop.p50_ms", Results.Percentile(all, 0.50));
            results.Add("writer.noop.p99_ms", Results.Percentile(all, 0.99));
        }
        finally
        {
            idlers.ForEach(imap => imap.Dispose());
            readers.ForEach(imap => imap.Dispose());
        }
    }

    private static async Task<List<ImapConnection>> OpenAsync(Target target, int count)
    {
        List<ImapConnection> open = [];
        for (int i = 0; i < count; i++)
        {
            ImapConnection imap = await target.LoginAsync();
            open.Add(imap);
            await imap.OkAsync($"SELECT {Mailbox}");
        }

        return open;
    }

    private static async Task<int> StoreAsync(Target target, int messages, long began)
    {
        using ImapConnection writer = await target.LoginAsync();
        await writer.OkAsync($"SELECT {Mailbox}");
        int stored = 0;
        for (; Stopwatch.GetElapsedTime(began) < Duration; stored++)
        {
            await writer.OkAsync($@"STORE {1 + (stored % messages)} {(stored / messages % 2 == 0 ? '+' : '-')}FLAGS.SILENT (\Flagged)");
        }

        return stored;
    }

    private static async Task<List<double>> ReadAsync(ImapConnection reader, int messages, long began, Random random)
    {
        List<double> times = [];
        while (Stopwatch.GetElapsedTime(began) < Duration)
        {
            int first = random.Next(1, Math.Max(2, messages - 50));
            await reader.OkAsync($"FETCH {first}:{Math.Min(messages, first + 49)} (FLAGS)");
            long asked = Stopwatch.GetTimestamp();
            await reader.OkAsync("NOOP");
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(Pause);
        }

        return times;
    }
}
