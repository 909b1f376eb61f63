using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Mox.InteropTests;

/// <summary>
/// Kills the real server under load, over and over, and holds it to what it acknowledged. MOX_CRASH_KILLS says how often
/// (default 3); MOX_CRASH_SEED repeats the moments of a run. A kill loses nothing that the kernel has: that content and
/// rows are flushed before the acknowledgement is for the store's own tests and for counting flushes (bench/run) to show.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly int Kills = Number("MOX_CRASH_KILLS", 3);

    [Fact]
    public async Task Kill_UnderLoad_LosesNothingThatWasAcknowledged()
    {
        int seed = Number("MOX_CRASH_SEED", Environment.TickCount);
        Random random = new(seed);
        MoxServer server = new();
        try
        {
            await server.StartAsync();
            using (MailReader reader = server.Read())
            {
                reader.Command("CREATE Appended");
            }

            Ledger ledger = new();
            CrashVerifier verifier = new(ledger);
            for (int kill = 1; kill <= Kills; kill++)
            {
                try
                {
                    using CrashLoad load = CrashLoad.Start(server, ledger, random.Next());
                    await Task.Delay(random.Next(50, 1200));
                    await server.KillAsync();
                    await load.WaitAsync();
                    await server.StartAsync();
                    Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, "data", "tmp"), "*", SearchOption.AllDirectories));
                    using MailReader reader = server.Read();
                    verifier.VerifyNew(reader);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"after kill {kill} of MOX_CRASH_SEED={seed}: {e.Message}\n{server.Log}", e);
                }
            }

            output.WriteLine($"{Kills} kills, {ledger.Attempts.Count()} attempts, {ledger.Acknowledged} acknowledged, {verifier.Seen} kept");
            Assert.True(ledger.Acknowledged >= Kills * 5, $"only {ledger.Acknowledged} acknowledged: no load to speak of");
            using (MailReader reader = server.Read())
            {
                new CrashVerifier(ledger).VerifyNew(reader); // everything once more, from the first UID
            }

            Assert.Equal(0, await server.StopAsync());
            (await server.VerifyDataAsync()).Expect(0);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Terminate_WithOpenConnections_SaysByeAndEndsWithZero()
    {
        MoxServer server = new();
        try
        {
            await server.StartAsync();
            using MailReader reader = server.Read("INBOX");
            using MailSender sender = new(server.Smtp);
            long began = Stopwatch.GetTimestamp();
            Task<int> stopped = server.StopAsync();
            Assert.StartsWith("421 ", sender.ReadReply(), StringComparison.Ordinal);
            Assert.StartsWith("* BYE", reader.ReadLine(), StringComparison.Ordinal);
            Assert.Equal(0, await stopped);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(8), "the server takes too long to stop");
            (await server.VerifyDataAsync()).Expect(0);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    internal static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
