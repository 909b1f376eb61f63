using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mox.InteropTests;

/// <summary>The real program, as a process of its own: a command that runs on until it is stopped or killed, and what it logs.</summary>
internal sealed class MoxProcess
{
    private const int KeptLines = 500;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <summary>Each line of its log, as it comes.</summary>
    public event Action<string>? Logged;

    public int Id => _process!.Id;

    /// <summary>The last lines, all starts together.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Starts it and waits until these ports greet.</summary>
    public async Task StartAsync(string[] arguments, int[] ports, params (string Name, string Value)[] environment)
    {
        _process = Process.Start(StartInfo(arguments, environment))!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        long began = Stopwatch.GetTimestamp();
        foreach (int port in ports)
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

    /// <summary>Stops it, if it runs; kills it if it does not stop.</summary>
    public async Task EndAsync()
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
        }
    }

    /// <summary>Starts a command.</summary>
    public static Process Run(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    /// <summary>Runs a command to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string[] arguments, string input = "")
    {
        ProcessStartInfo info = StartInfo(arguments);
        info.RedirectStandardInput = true;
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new ProgramResult($"mox {string.Join(' ', arguments)}", process.ExitCode, await output, await errors);
    }

    /// <summary>A port of loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static ProcessStartInfo StartInfo(string[] arguments, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mox.dll");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static async Task<bool> GreetsAsync(int port)
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
            Logged?.Invoke(line);
            while (_log.Count > KeptLines)
            {
                _log.TryDequeue(out _);
            }
        }
    }
}
