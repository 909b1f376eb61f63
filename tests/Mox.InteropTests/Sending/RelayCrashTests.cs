using System.Diagnostics;
using Xunit.Abstractions;

namespace Mox.InteropTests.Sending;

/// <summary>
/// Kills the real server while users submit and while it relays, and holds it to what it acknowledged: all of it arrives,
/// and arrives twice only where the reply of the next hop was not on record. MOX_CRASH_KILLS and MOX_CRASH_SEED as in <see cref="CrashTests"/>.
/// </summary>
public sealed class RelayCrashTests(ITestOutputHelper output)
{
    private const int Senders = 6;

    private static readonly int Kills = CrashTests.Number("MOX_CRASH_KILLS", 3);

    [Fact]
    public async Task Kill_WhileSubmittingAndRelaying_LosesNothingAndRepeatsOnlyWhatWasNotOnRecord()
    {
        int seed = CrashTests.Number("MOX_CRASH_SEED", Environment.TickCount);
        Random random = new(seed);
        Ledger ledger = new();
        await using SmtpSink sink = new(ledger, seed);
        await using SendingServer server = new();
        RelayVerifier verifier = new(ledger, sink);
        server.Logged += verifier.SeeLine;
        try
        {
            await server.PrepareAsync(
                $$"""
                "sink": { "Smarthost": { "Host": "127.0.0.1", "Port": {{sink.Port}}, "Tls": "Opportunistic" } }
                """,
                """{ "Transport": "sink" }""");
            await server.StartAsync();
            await server.SetPasswordAsync();
            for (int kill = 1; kill <= Kills; kill++)
            {
                using CrashLoad load = CrashLoad.Start(Enumerable.Range(0, Senders).Select(i => Submit(server, ledger, new Random(random.Next()))));
                await Task.Delay(random.Next(300, 2500));
                await server.KillAsync();
                verifier.Killed();
                await load.WaitAsync();
                await server.StartAsync();
                // What was cut off is tried again much later, so that a crash hammers nobody.
                await server.CommandAsync("queue", "schedule", "--now", "--all");
            }

            await WaitForEmptyQueueAsync(server);
            using (MailReader reader = server.Read("INBOX"))
            {
                verifier.Verify(reader);
            }

            output.WriteLine($"{Kills} kills, {ledger.Attempts.Count()} attempts, {ledger.Acknowledged} acknowledged, {verifier}");
            Assert.True(ledger.Acknowledged >= Kills * 5, $"only {ledger.Acknowledged} acknowledged: no load to speak of");
            Assert.Equal(0, await server.StopAsync());
            (await server.VerifyDataAsync()).Expect(0);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"MOX_CRASH_SEED={seed}: {e.Message}\n{server.Log}", e);
        }
    }

    private static Action Submit(SendingServer server, Ledger ledger, Random random) => () =>
    {
        using MailSender sender = MailSender.Login(server.Submissions, SendingServer.User, SendingServer.Password);
        while (true)
        {
            string[] recipients = random.Next(4) switch
            {
                0 => ["one@sink.example", "two@sink.example"],
                1 => ["one@sink.example", SendingServer.User],
                2 => ["one@sink.example", "one@other.example"],
                _ => ["one@sink.example"],
            };
            (Attempt attempt, byte[] content) = ledger.Next(random, isAppend: false);
            attempt.Recipients = recipients;
            sender.Send(recipients, content, withBdat: random.Next(2) == 0);
            attempt.IsAcknowledged = true;
        }
    };

    private static async Task WaitForEmptyQueueAsync(SendingServer server)
    {
        long began = Stopwatch.GetTimestamp();
        string list = "";
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
        {
            list = (await server.CommandAsync("queue", "list", "--json")).Output;
            if (!list.Contains("\"to\"", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            await Task.Delay(200);
        }

        throw new TimeoutException($"the queue does not empty: {list[..Math.Min(2000, list.Length)]}");
    }
}
