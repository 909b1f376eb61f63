using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mox.InteropTests;

/// <summary>The real program, as a process of its own: <c>mox localserve</c> in a temporary directory, on free ports.</summary>
public sealed class MoxServer : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("mox-interop-").FullName;

    public int Offset { get; private set; }

    public int Smtp => 25 + Offset;

    public int Imap => 143 + Offset;

    public int Imaps => 993 + Offset;

    /// <summary>The certificate that the server made for itself.</summary>
    internal string Certificate => Path.Combine(Folder, "config", "localhost.pem");

    public int ProcessId => _process!.Id;

    public string Log => string.Join('\n', _log);

    internal const string User = "mox@localhost";
    internal const string Password = "moxmoxmox";

    public Task InitializeAsync() => StartAsync();

    /// <summary>Starts the server and waits for its greetings.</summary>
    public async Task StartAsync()
    {
        if (Offset == 0)
        {
            Offset = FreeOffset();
        }

        _process = Run("localserve", "--dir", Folder, "--ip", "127.0.0.1", "--port-offset", $"{Offset}", "--no-limits");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        long began = Stopwatch.GetTimestamp();
        foreach (int port in (int[])[Smtp, Imap])
        {
            while (!await GreetsAsync(port))
            {
                Assert.False(_process.HasExited, $"mox ended at its start:\n{Log}");
                Assert.True(Stopwatch.GetElapsedTime(began) < StartLimit, $"mox does not greet on port {port}:\n{Log}");
                await Task.Delay(20);
            }
        }
    }

    /// <summary>SIGKILL: nothing is flushed, closed or said.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Runs <c>mox verifydata</c> on the stopped server's data.</summary>
    internal async Task<ProgramResult> VerifyDataAsync()
    {
        using Process process = Run("verifydata", Path.Combine(Folder, "data"));
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramResult("mox verifydata", process.ExitCode, output, await errors);
    }

    internal MailReader Read(string? mailbox = null)
    {
        MailReader reader = new(Imaps, User, Password);
        if (mailbox is not null)
        {
            reader.Command($"SELECT {mailbox}");
        }

        return reader;
    }

    public async Task DisposeAsync()
    {
        try
        {
            if (_process is { HasExited: false })
            {
                await StopAsync();
            }
        }
        catch (OperationCanceledException)
        {
            _process!.Kill();
        }
        finally
        {
            _process?.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Starts the program.</summary>
    internal static Process Run(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mox.dll");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static int FreeOffset()
    {
        Random random = new();
        while (true)
        {
            int offset = random.Next(20_000, 30_000);
            if (new[] { 25, 81, 143, 993 }.All(port => IsFree(port + offset)))
            {
                return offset;
            }
        }
    }

    internal static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    internal static async Task<bool> GreetsAsync(int port)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return await client.GetStream().ReadAsync(new byte[1]) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
            while (_log.Count > 500)
            {
                _log.TryDequeue(out _);
            }
        }
    }
}

/// <summary>The tests that share one server; each uses subjects and mailboxes of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<MoxServer>
{
    public const string Name = "one server";
}
