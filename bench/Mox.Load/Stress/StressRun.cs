using System.Diagnostics;

namespace Mox.Load.Stress;

/// <summary>
/// Many clients change a few mailboxes at once and hold the server to what it tells them; between rounds all is compared. The choices follow from
/// a seed, the order in which they meet does not.
/// </summary>
internal static class StressRun
{
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Options options)
    {
        int seed = options.Number("seed", Environment.TickCount);
        int seconds = options.Number("seconds", 60);
        int clientCount = options.Number("clients", 12);
        StressTarget target = new(
            options.Find("imap") is null ? null : options.EndPoint("imap"), options.EndPoint("imaps"), options["user"], options["password"],
            options.Number("mailboxes", 3));
        Console.WriteLine($"--seed {seed}: {clientCount} clients, {target.Mailboxes} mailboxes, {seconds} s");
        try
        {
            await RunAsync(target, clientCount, TimeSpan.FromSeconds(seconds), seed);
            return 0;
        }
        catch (LoadException e)
        {
            throw new LoadException($"--seed {seed}: {e.Message}");
        }
    }

    private static async Task RunAsync(StressTarget target, int clientCount, TimeSpan duration, int seed)
    {
        Random random = new(seed);
        Ledger ledger = new(clientCount);
        using (Dialog dialog = await target.OpenAsync(tls: true))
        {
            for (int mailbox = 0; mailbox < target.Mailboxes; mailbox++)
            {
                await dialog.OkAsync($"CREATE {StressTarget.Mailbox(mailbox)}");
            }
        }

        StressClient[] clients = [.. Enumerable.Range(0, clientCount)
            .Select(i => new StressClient(i, (Kind)(i % 4), target, ledger, new Random(random.Next())))];
        Deeds[] deeds = [.. clients.Select(client => new Deeds(client, target, ledger, new Random(random.Next())))];
        try
        {
            await Task.WhenAll(clients.Select(client => Checkpoint.Watched(client, () => client.ConnectAsync(client.Number % target.Mailboxes))));
            long began = Stopwatch.GetTimestamp();
            int rounds = 0;
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                await RoundAsync(clients, deeds, TimeSpan.FromSeconds(LongestRound.TotalSeconds * random.NextDouble()));
                await Checkpoint.VerifyAsync(target, clients, ledger);
                rounds++;
            }

            Console.WriteLine(
                $"{clients.Sum(client => client.Commands)} commands over {clients.Sum(client => client.Connections)} connections, {rounds} checkpoints, "
                + $"{ledger.GoneCount} messages gone as they should");
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }
    }

    private static async Task RoundAsync(StressClient[] clients, Deeds[] deeds, TimeSpan length)
    {
        long began = Stopwatch.GetTimestamp();
        using CancellationTokenSource failed = new();
        await Task.WhenAll(clients.Select((client, i) => Checkpoint.Watched(client, async () =>
        {
            try
            {
                while (Stopwatch.GetElapsedTime(began) < length && !failed.IsCancellationRequested)
                {
                    await deeds[i].DoAsync();
                }
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        })));
    }
}
