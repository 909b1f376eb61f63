using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Store;

namespace Mox.Benchmarks;

/// <summary>Quick figures of the store beside the bare ceiling of the machine: <c>dotnet run -c Release -- store [directory]</c>.</summary>
internal static class StoreBench
{
    private static readonly byte[] Message = MakeMessage(5 * 1024);

    public static async Task RunAsync(string parent)
    {
        string directory = Path.Combine(parent, "store-bench-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            await using AccountStore store = await AccountStore.StartAsync(
                new StoreOptions { DataDirectory = Path.Combine(directory, "data") },
                TimeProvider.System, NullLoggerFactory.Instance, new Meters(), default);
            Console.WriteLine(AccountStore.EngineDescription);
            await store.CreateAsync("bench", InitialMailboxes.Default, default);
            using AccountLease lease = await store.OpenAsync("bench", default);
            foreach (int callers in new[] { 1, 10, 50 })
            {
                for (int round = 0; round < 3; round++)
                {
                    Bare(Path.Combine(directory, "bare"), callers, TimeSpan.FromSeconds(2));
                    await DeliverAsync(store, lease.Account, callers, TimeSpan.FromSeconds(3));
                }
            }

            await MailboxAsync(store, lease.Account);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Bare(string directory, int callers, TimeSpan duration)
    {
        Directory.CreateDirectory(directory);
        long count = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, callers).Select(_ => new Thread(Loop))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Say($"bare write+fsync, {callers} callers", count / Stopwatch.GetElapsedTime(start).TotalSeconds, "files/s");
        Directory.Delete(directory, recursive: true);

        void Loop()
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                string path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
                using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
                {
                    RandomAccess.Write(file, Message, 0);
                    RandomAccess.FlushToDisk(file);
                }

                Interlocked.Increment(ref count);
            }
        }
    }

    private static async Task DeliverAsync(AccountStore store, Account account, int callers, TimeSpan duration)
    {
        long count = 0;
        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                long begin = Stopwatch.GetTimestamp();
                using SpooledMessageWriter writer = store.CreateSpool();
                writer.Write(Message);
                using SpooledMessage spooled = writer.Finish();
                await account.DeliverAsync(MailboxName.Inbox, new NewMessage { Content = spooled }, default);
                lock (times)
                {
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }

                Interlocked.Increment(ref count);
            }
        })));
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        times.Sort();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Say($"deliver 5 KB, {callers} callers", count / seconds,
            string.Create(CultureInfo.InvariantCulture,
                $"msg/s, p50 {times[times.Count / 2]:0.0} ms, p99 {times[times.Count * 99 / 100]:0.0} ms, cpu {cpu.TotalMilliseconds / count:0.00} ms/msg, flushes {Meters.TakeFlushes() / (double)count:0.00}/msg"));
    }

    private static async Task MailboxAsync(AccountStore store, Account account)
    {
        Mailbox big = await account.CreateMailboxAsync(MailboxName.Parse("Big"), SpecialUse.None, default);
        Mailbox other = await account.CreateMailboxAsync(MailboxName.Parse("Other"), SpecialUse.None, default);
        using (SpooledMessageWriter writer = store.CreateSpool())
        {
            writer.Write(Message);
            using SpooledMessage spooled = writer.Finish();
            await TimeAsync("append 10,000 in one", async () => await account.AddAsync(
                big.Id, [.. Enumerable.Repeat(new NewMessage { Content = spooled }, 10_000)], default));
        }

        Uid[] first = [.. Enumerable.Range(1, 10_000).Select(n => new Uid((uint)n))];
        for (int i = 0; i < 9; i++)
        {
            await account.CopyAsync(big.Id, first, big.Id, default);
        }

        await TimeAsync("snapshot of 100,000, first", async () => (await account.OpenViewAsync(big.Id, default)).Dispose());
        await TimeAsync("snapshot of 100,000, warm", async () => (await account.OpenViewAsync(big.Id, default)).Dispose());
        using MailboxView view = await account.OpenViewAsync(big.Id, default);
        for (int i = 0; i < 3; i++)
        {
            await TimeAsync("STORE one", () => FlagAsync([new Uid(50_000)], i % 2 == 0 ? FlagChangeKind.Add : FlagChangeKind.Remove, MessageFlags.Flagged));
            await TimeAsync("diff of one in 100,000", () =>
            {
                int changed = SnapshotDiff.Between(view.Told, view.Current).Changed.Count;
                view.Advance(view.Current);
                return Task.FromResult(changed);
            });
        }

        await TimeAsync("STORE 10,000", () => FlagAsync(first, FlagChangeKind.Add, MessageFlags.Seen));
        await TimeAsync("COPY 10,000", () => account.CopyAsync(big.Id, first, other.Id, default));
        await TimeAsync("MOVE 10,000", () => account.MoveAsync(big.Id, first, other.Id, default));
        view.Advance(view.Current);
        Uid[] second = [.. Enumerable.Range(10_001, 10_000).Select(n => new Uid((uint)n))];
        await FlagAsync(second, FlagChangeKind.Add, MessageFlags.Deleted);
        await TimeAsync("EXPUNGE 10,000", () => account.ExpungeAsync(big.Id, null, default));
        MessageId[] ids = [.. view.Current.Take(10_000).Select(e => e.MessageId)];
        await TimeAsync("read 10,000 envelopes", () => Task.FromResult(account.ReadRows(ids, MessageColumns.Envelope)));

        async Task FlagAsync(Uid[] uids, FlagChangeKind kind, MessageFlags flags) =>
            await account.StoreFlagsAsync(big.Id, uids, new FlagChange(kind, flags, KeywordSet.Empty), null, default);
    }

    private static async Task TimeAsync(string what, Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        Say(what, Stopwatch.GetElapsedTime(start).TotalMilliseconds, "ms");
    }

    private static void Say(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34} {value,10:0.00} {unit}"));

    private static byte[] MakeMessage(int size)
    {
        var text = new StringBuilder(
            "Received: from a.example by b.example; Sat, 21 Nov 2026 10:00:00 +0000\r\nFrom: Ann <ann@example.org>\r\nTo: Mox <mox@localhost>\r\n"
            + "Subject: Figures of the week\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        while (text.Length < size / 2)
        {
            text.Append("These are the figures of the week, as far as they are known.\r\n");
        }

        text.Append("--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n");
        while (text.Length < size)
        {
            text.Append("<p>These are the figures of the week, as far as they are known.</p>\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("--b--\r\n").ToString());
    }

    private sealed class Meters : IMeterFactory
    {
        private static long _flushes;
        private readonly MeterListener _listener = new();

        public Meters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "mox.store.flushes")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _flushes, value));
            _listener.Start();
        }

        public static long TakeFlushes() => Interlocked.Exchange(ref _flushes, 0);

        public Meter Create(MeterOptions options) => new(options);

        public void Dispose() => _listener.Dispose();
    }
}
