using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mox.InteropTests;

/// <summary><c>mox serve</c>, the real program: it starts with the example, follows its files and signals, and ends in good order.</summary>
public sealed class ServeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("mox-interop-").FullName;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _output = new();

    private string Config => Path.Combine(_folder, "config");

    private string Domains => Path.Combine(Config, "domains.json");

    [InteropFact("kill")]
    public async Task Serve_Example_FollowsFilesAndSignals()
    {
        Assert.Equal(0, (await RunAsync("config", "example", Config)).ExitCode);
        int port = await ChoosePortsAsync();
        using Process server = MoxProcess.Run("serve", "--config", Config);
        try
        {
            server.OutputDataReceived += (_, line) => Keep(_output, line.Data);
            server.ErrorDataReceived += (_, line) => Keep(_log, line.Data);
            server.BeginOutputReadLine();
            server.BeginErrorReadLine();
            await UntilAsync(server, () => _log.Any(line => line.Contains("mox started", StringComparison.Ordinal)));
            Assert.True(await MoxProcess.GreetsAsync(port));

            string good = await File.ReadAllTextAsync(Domains);
            await File.WriteAllTextAsync(Domains, good.Replace("\"Accounts\": {", "\"Accounts\": { \"bob\": {},", StringComparison.Ordinal));
            await UntilAsync(server, () => Directory.Exists(Path.Combine(Config, "data", "accounts", "bob")));
            await File.WriteAllTextAsync(Domains, "{ \"Domain\": {} }");
            await SignalAsync(server, "-HUP");
            await UntilAsync(server, () => _log.Any(line => line.Contains("did you mean Domains?", StringComparison.Ordinal)));

            ProgramResult second = await RunAsync("serve", "--config", Config);
            Assert.Equal((1, ""), (second.ExitCode, second.Output));
            Assert.All(second.Errors.Trim().Split('\n'), line => Assert.StartsWith("mox: ", line, StringComparison.Ordinal));
            await File.WriteAllTextAsync(Domains, good);
            second = await RunAsync("serve", "--config", Config);
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("is in use by another process", second.Errors, StringComparison.Ordinal);

            Assert.True(await MoxProcess.GreetsAsync(port));
            await SignalAsync(server, "-TERM");
            using var patience = new CancellationTokenSource(Limit);
            await server.WaitForExitAsync(patience.Token);
            Assert.Equal(0, server.ExitCode);
            Assert.Empty(_output);
            Assert.All(_log, line => Assert.StartsWith("l=", line, StringComparison.Ordinal));
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }

    [InteropFact]
    public async Task Serve_PortTaken_IsALineAndExitCodeOne()
    {
        await RunAsync("config", "example", Config);
        int port = await ChoosePortsAsync();
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        ProgramResult result = await RunAsync("serve", "--config", Config);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains($"mox: SMTP port 127.0.0.1:{port} is taken by another program: stop that one, or change Port in Mox:Listeners", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private static async Task<ProgramResult> RunAsync(params string[] arguments)
    {
        using Process process = MoxProcess.Run(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return new ProgramResult(string.Join(' ', arguments), process.ExitCode, await output, await errors);
    }

    // Those of the example may be in use; returns the one of SMTP.
    private async Task<int> ChoosePortsAsync()
    {
        var random = new Random();
        int offset;
        do
        {
            offset = random.Next(20_000, 30_000);
        }
        while (!new[] { 2525, 2465, 2587, 2993, 2143, 8010 }.All(port => MoxServer.IsFree(port + offset)));

        string file = Path.Combine(Config, "appsettings.json");
        string text = await File.ReadAllTextAsync(file);
        foreach (int port in (int[])[2525, 2465, 2587, 2993, 2143, 8010])
        {
            text = text.Replace(Setting(port), Setting(port + offset), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(file, text);
        return 2525 + offset;

        static string Setting(int port) => string.Create(CultureInfo.InvariantCulture, $"\"Port\": {port} ");
    }

    private async Task UntilAsync(Process server, Func<bool> isSo)
    {
        long began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.False(server.HasExited, $"mox ended:\n{string.Join('\n', _log)}");
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, $"nothing happens:\n{string.Join('\n', _log)}");
            await Task.Delay(20);
        }
    }
}
