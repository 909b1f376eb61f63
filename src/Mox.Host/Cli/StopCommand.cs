using System.CommandLine;
using Mox.Host.Control;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary><c>mox stop</c>.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Command Create() => OperatorCommand.CreatePlain(
        "stop",
        """
        Stop the running server: sessions are told goodbye, within five seconds, and all accounts are closed. Returns when it has stopped.

        Example:
          mox stop --config /etc/mox
        """,
        RunAsync);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        using (ControlClient server = context.Connect())
        {
            await server.PostAsync("stop", ct);
        }

        TimeProvider time = TimeProvider.System;
        long began = time.GetTimestamp();
        // The lock goes last, when all is closed.
        while (AccountStore.IsInUse(context.DataDirectory))
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new UserErrorException($"the server was told to stop and still has {context.DataDirectory} after {Patience.TotalSeconds} s: see its log");
            }

            await Task.Delay(Pause, time, ct);
        }

        context.Output.WriteLine("stopped");
        return 0;
    }
}
