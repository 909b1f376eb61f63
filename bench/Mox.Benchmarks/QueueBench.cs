using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Addresses;
using Mox.Queue;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Benchmarks;

/// <summary>
/// A long queue: <c>dotnet run -c Release -- queue DIRECTORY [COUNT]</c> fills the data directory of a server that does
/// not run (when it is empty) with messages that are due in 2070, one in ten held, and measures opening it and its lists.
/// </summary>
internal static class QueueBench
{
    private const int Callers = 50;

    public static async Task RunAsync(string dataDirectory, int count)
    {
        using var meters = new SilentMeters();
        await using AccountStore store = await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = dataDirectory }, TimeProvider.System, NullLoggerFactory.Instance, meters, default);
        await using (MailQueue queue = await OpenAsync(store, meters))
        {
            if (queue.Length == 0)
            {
                await FillAsync(queue, store, count);
            }
        }

        long start = Stopwatch.GetTimestamp();
        await using MailQueue opened = await OpenAsync(store, meters);
        Say($"open, {opened.Length} recipients", Stopwatch.GetElapsedTime(start));
        foreach (QueueSortKey key in Enum.GetValues<QueueSortKey>())
        {
            await ListAsync(opened, $"list by {key}", new QueueFilter(), new QueueSort(key));
            await ListAsync(opened, $"list by {key}, last first", new QueueFilter(), new QueueSort(key, IsDescending: true));
        }

        await ListAsync(opened, "list held", new QueueFilter { IsHeld = true }, new QueueSort(QueueSortKey.Submitted));
        await ListAsync(opened, "list to one", new QueueFilter { To = $"user{count - 1}@" }, new QueueSort(QueueSortKey.Submitted));
        await ListAsync(opened, "list of an account", new QueueFilter { Account = "nobody" }, new QueueSort(QueueSortKey.NextAttempt));
        start = Stopwatch.GetTimestamp();
        await opened.CountAsync(new QueueFilter(), default);
        Say("count", Stopwatch.GetElapsedTime(start));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"RSS of this process",-34} {process.WorkingSet64 / 1048576.0,10:0.0} MiB"));
    }

    private static ValueTask<MailQueue> OpenAsync(AccountStore store, IMeterFactory meters) => MailQueue.StartAsync(
        new QueueOptions { Hostname = Domain.Parse("mail.example.org") }, store, new QueueMetrics(meters), TimeProvider.System, NullLoggerFactory.Instance, default);

    private static async Task FillAsync(MailQueue queue, AccountStore store, int count)
    {
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        HoldRule rule = await queue.AddHoldRuleAsync(new HoldRule(0, null, null, Domain.Parse("held.example")), default);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (int number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
            {
                await AddAsync(queue, store, number);
            }
        })));
        await queue.RemoveHoldRuleAsync(rule.Id, default);
        Say($"add {count} by {Callers} callers", Stopwatch.GetElapsedTime(start));
    }

    private static async Task AddAsync(MailQueue queue, AccountStore store, int number)
    {
        using SpooledMessageWriter writer = store.CreateSpool();
        writer.Write(Encoding.ASCII.GetBytes($"From: alice@example.org\r\nSubject: queued message {number}\r\n\r\ntext\r\n"));
        using SpooledMessage content = writer.Finish();
        Address sender = Address.Parse("alice@example.org");
        Address recipient = Address.Parse($"user{number}@{(number % 10 == 0 ? "held" : $"destination{number % 1000}")}.example");
        await queue.AddAsync(
            new NewQueuedMessage
            {
                Account = "alice",
                From = new ReversePath(new SmtpMailbox(sender.LocalPart, new SmtpHost(sender.Domain))),
                SenderDomain = sender.Domain,
                Content = content,
                Prefix = "Received: from mail.example.org by mail.example.org; Sat, 21 Nov 2026 10:00:00 +0000\r\n"u8.ToArray(),
                Recipients = [new RecipientRequest(new ForwardPath(recipient.LocalPart, new SmtpHost(recipient.Domain)))],
                ReleaseAt = DateTimeOffset.UnixEpoch.AddYears(100),
                MessageIdHeader = $"<{number}@example.org>",
                Subject = $"queued message {number}",
            },
            default);
    }

    private static async Task ListAsync(MailQueue queue, string what, QueueFilter filter, QueueSort sort)
    {
        long start = Stopwatch.GetTimestamp();
        QueuePage page = await queue.ListAsync(filter, sort, null, 100, default);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        Say(what + ", first page", first);
        TimeSpan worst = TimeSpan.Zero;
        for (int pages = 0; page.Next is { } after && pages < 100; pages++)
        {
            start = Stopwatch.GetTimestamp();
            page = await queue.ListAsync(filter, sort, after, 100, default);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            worst = took > worst ? took : worst;
        }

        Say(what + ", slowest of 100 next", worst);
    }

    private static void Say(string what, TimeSpan time) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {time.TotalMilliseconds,10:0.00} ms"));
}
