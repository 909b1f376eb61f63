using Mox.Testing;

namespace Mox.Queue.Tests;

public class BackupTests
{
    [Fact]
    public async Task WhileItDelivers_EachBackupIsWhole_AndHasAllThatWasNotYetSent()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        using var elsewhere = new TempDirectory();
        var slow = new TaskCompletionSource();
        test.Transport.Wait = (job, ct) => job.Destination.ToString() == "slow.example" ? slow.Task.WaitAsync(ct) : Task.CompletedTask;
        long held = await test.AddAsync(1, "x@slow.example");
        var acknowledged = new List<string>();
        using var stop = new CancellationTokenSource();
        Task load = Task.Run(async () =>
        {
            for (int i = 2; !stop.IsCancellationRequested; i++)
            {
                await test.AddAsync(i, $"r{i}@example.net");
                lock (acknowledged)
                {
                    acknowledged.Add($"r{i}@example.net");
                }
            }
        });
        for (int round = 0; round < 4; round++)
        {
            int enough = (round + 1) * 20;
            await TestQueue.EventuallyAsync(() => Task.FromResult(test.Transport.Jobs.Count > enough));
            string[] before = Snapshot(acknowledged);
            QueueBackupResult? backup;
            using (test.Queue.HoldErases())
            {
                backup = await Task.Run(() => QueueBackup.Run(test.DataDirectory, elsewhere[$"{round}"], default));
            }

            Assert.Empty(backup!.Problems);
            Assert.Empty(await QueueChecker.CheckAsync(elsewhere[$"{round}"], default));
            HashSet<string> sent = [.. test.Transport.Jobs.SelectMany(job => job.Recipients).Select(r => r.Path.ToString())];
            await using TestQueue restored = await TestQueue.StartAsync(runs: false, dataDirectory: elsewhere[$"{round}"]);
            IReadOnlyList<QueuedMessage> messages = await restored.ListAsync();
            Assert.Equal(backup.Messages, messages.Count);
            Assert.Contains(messages, m => m.MessageId == held && m.State == QueueState.Queued);
            Assert.Empty(before.Except(sent).Except(messages.Select(m => m.To)));
        }

        await stop.CancelAsync();
        await load;
        slow.SetResult();
        await test.EmptyAsync();
        // What was kept for the backups goes with them.
        await TestQueue.EventuallyAsync(() => Task.FromResult(test.Files().Length == 0));
    }

    private static string[] Snapshot(List<string> list)
    {
        lock (list)
        {
            return [.. list];
        }
    }
}
