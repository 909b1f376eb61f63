using System.Globalization;
using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>A client that keeps what it was told, comes back with QRESYNC, and must know all there is after that.</summary>
public class QResyncModelTests
{
    [Theory]
    [InlineData(1, 100_000)]
    [InlineData(2, 100_000)]
    [InlineData(3, 4)]
    [InlineData(4, 0)]
    public async Task ComingBack_AfterRandomChanges_KnowsAll(int seed, int tombstones)
    {
        var random = new Random(seed);
        await using var test = await TestImap.StartAsync(tombstones: tombstones);
        await test.DeliverAsync(30);
        var client = new Client();
        await client.SelectAsync(test, random);
        for (int round = 0; round < 8; round++)
        {
            await ChangeAsync(test, random);
            if (round % 3 == 2)
            {
                // Tombstones go when the account opens, before the first change after that.
                await test.RestartAsync();
                await test.DeliverAsync(1);
            }
            await client.SelectAsync(test, random);
            Assert.Equal(await ActualAsync(test), client.View);
        }
    }

    private static async Task ChangeAsync(TestImap test, Random random)
    {
        using var lease = await test.Store.OpenAsync("mox", default);
        var account = lease.Account;
        var inbox = account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox);
        for (int i = 0; i < 4; i++)
        {
            uint[] some = [.. Enumerable.Range(0, 3).Select(_ => (uint)random.Next(1, (int)inbox.UidNext.Value)).Distinct().Order()];
            var uids = some.Select(u => new Uid(u)).ToList();
            var flag = random.Next(2) == 0 ? MessageFlags.Deleted : MessageFlags.Flagged;
            var kind = random.Next(3) == 0 ? FlagChangeKind.Remove : FlagChangeKind.Add;
            await account.StoreFlagsAsync(inbox.Id, uids, new FlagChange(kind, flag, KeywordSet.Empty), null, default);
            if (random.Next(3) == 0)
            {
                await account.ExpungeAsync(inbox.Id, null, default);
            }
            if (random.Next(3) == 0)
            {
                await test.DeliverAsync(1);
            }
        }
    }

    private static async Task<string> ActualAsync(TestImap test)
    {
        var fresh = new Client();
        await fresh.SelectAsync(test, null);
        return fresh.View;
    }

    private sealed class Client
    {
        private readonly SortedDictionary<uint, string> _messages = [];
        private string? _validity;
        private long _modSeq;

        public string View => string.Join(' ', _messages.Select(m => $"{m.Key}{m.Value}"));

        public async Task SelectAsync(TestImap test, Random? random)
        {
            var connection = await test.LoginAsync();
            await RunAsync(connection, "ENABLE QRESYNC");
            if (_validity is null)
            {
                await RunAsync(connection, "SELECT INBOX");
                await RunAsync(connection, "UID FETCH 1:* (FLAGS)");
            }
            else if (random?.Next(3) == 0)
            {
                await RunAsync(connection, "SELECT INBOX", keepModSeq: true);
                await RunAsync(connection, $"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {_modSeq} VANISHED)");
            }
            else
            {
                await RunAsync(connection, $"SELECT INBOX (QRESYNC ({_validity} {_modSeq}{Known(random!)}))");
            }
            await RunAsync(connection, "UNSELECT");
        }

        // All UIDs from the first to any that may have come, and some samples.
        private string Known(Random random)
        {
            if (_messages.Count == 0 || random.Next(3) == 0)
            {
                return "";
            }
            int[] at = [.. Enumerable.Range(0, 5).Select(_ => random.Next(_messages.Count)).Distinct().Order()];
            uint[] uids = [.. _messages.Keys];
            return $" 1:1000 ({string.Join(',', at.Select(i => i + 1))} {string.Join(',', at.Select(i => uids[i]))})";
        }

        private async Task RunAsync(FakeConnection connection, string command, bool keepModSeq = false)
        {
            await connection.Client.SendLineAsync("t " + command);
            long modSeq = 0;
            while (true)
            {
                string line = (await connection.Client.ReadLineAsync())!;
                Assert.DoesNotContain("ALERT", line, StringComparison.Ordinal);
                if (line.StartsWith("t ", StringComparison.Ordinal))
                {
                    Assert.StartsWith("t OK", line);
                    _modSeq = keepModSeq || modSeq == 0 ? _modSeq : modSeq;
                    return;
                }
                if (line.StartsWith("* OK [UIDVALIDITY ", StringComparison.Ordinal))
                {
                    _validity = line.Split(' ', ']')[3];
                }
                else if (line.StartsWith("* OK [HIGHESTMODSEQ ", StringComparison.Ordinal))
                {
                    modSeq = long.Parse(line.Split(' ', ']')[3], CultureInfo.InvariantCulture);
                }
                else if (line.StartsWith("* VANISHED (EARLIER) ", StringComparison.Ordinal))
                {
                    Vanish(line["* VANISHED (EARLIER) ".Length..]);
                }
                else if (line.Contains(" FETCH (UID ", StringComparison.Ordinal))
                {
                    _messages[uint.Parse(line.Split(' ')[4], CultureInfo.InvariantCulture)] = line.Split("FLAGS ")[1].Split(')')[0];
                }
            }
        }

        private void Vanish(string set)
        {
            foreach (string run in set.Split(','))
            {
                uint[] ends = [.. run.Split(':').Select(n => uint.Parse(n, CultureInfo.InvariantCulture))];
                for (uint uid = ends[0]; uid <= ends[^1]; uid++)
                {
                    _messages.Remove(uid);
                }
            }
        }
    }
}
