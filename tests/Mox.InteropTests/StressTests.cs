using System.Diagnostics;
using Xunit.Abstractions;

namespace Mox.InteropTests;

/// <summary>
/// Clients of all kinds change mailboxes of the real server at once (<c>mox-load stress</c>) and must agree on them. MOX_STRESS_SECONDS says how
/// long (default 10), MOX_STRESS_SEED repeats the choices of a run.
/// </summary>
public sealed class StressTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Mailboxes_ChangedByManyClientsAtOnce_StayOneTruth()
    {
        int seconds = CrashTests.Number("MOX_STRESS_SECONDS", 10);
        int seed = CrashTests.Number("MOX_STRESS_SEED", Environment.TickCount);
        MoxServer server = new();
        try
        {
            await server.StartAsync();
            ProgramResult result = await LoadAsync(
                TimeSpan.FromSeconds(seconds + 180),
                "stress", "--imaps", $"127.0.0.1:{server.Imaps}", "--imap", $"127.0.0.1:{server.Imap}", "--user", MoxServer.User,
                "--password", MoxServer.Password, "--seconds", $"{seconds}", "--seed", $"{seed}");
            output.WriteLine($"{result}");
            Assert.True(result.ExitCode == 0, $"{result}\n{server.Log}");
            Assert.Equal(0, await server.StopAsync());
            (await server.VerifyDataAsync()).Expect(0);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<ProgramResult> LoadAsync(TimeSpan limit, params string[] arguments)
    {
        ProcessStartInfo start = new(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "mox-load.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource patience = new(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return new ProgramResult($"mox-load {string.Join(' ', arguments)}", process.ExitCode, await text, await errors);
    }
}
