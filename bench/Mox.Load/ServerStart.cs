using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mox.Load;

/// <summary>Starts a server and takes the time until SMTP and IMAP both greet.</summary>
internal static class ServerStart
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(Options options)
    {
        if (options.Command.Length == 0)
        {
            throw new ArgumentException("a command after -- is missing");
        }

        // The shell replaces itself, so the process id is the server's; its output goes to the log, not to us.
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        string[] arguments = ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", options["log"], .. options.Command];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new LoadException("the server did not start");
        foreach (IPEndPoint server in (IPEndPoint[])[options.EndPoint("smtp"), options.EndPoint("imap")])
        {
            while (!await GreetsAsync(server))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(began) > Limit)
                {
                    throw new LoadException($"{server} does not greet; see {options["log"]}");
                }

                await Task.Delay(1);
            }
        }

        File.AppendAllText(options["out"], FormattableString.Invariant($"start.ms\t{Stopwatch.GetElapsedTime(began).TotalMilliseconds:0.#}\n"));
        Console.WriteLine(process.Id);
        return 0;
    }

    private static async Task<bool> GreetsAsync(IPEndPoint server)
    {
        try
        {
            using Wire wire = await Wire.ConnectAsync(server, tls: false);
            return (await wire.ReadLineAsync()).Length > 0;
        }
        catch (Exception e) when (e is SocketException or IOException or LoadException)
        {
            return false;
        }
    }
}
