using System.CommandLine;
using Mox.Config;
using Mox.Host.Logging;
using Mox.Host.Serving;

namespace Mox.Host.Cli;

/// <summary><c>mox serve</c>: the mail server.</summary>
internal static class ServeCommand
{
    public static Command Create() => OperatorCommand.CreatePlain(
        "serve",
        """
        Run the mail server with a configuration directory, until SIGTERM or mox stop. It takes changes of domains.json and of certificates
        while it runs, also at SIGHUP. Prints log lines to standard error and nothing else. `mox config example DIR` writes a configuration.

        Example:
          mox serve --config /etc/mox
        """,
        RunAsync);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new UserErrorException("mox serve does not run on Windows yet: use mox localserve there");
        }

        TimeProvider time = TimeProvider.System;
        using LiveConfig live = ConfigDirectory.Open(context.ConfigDirectory, time);
        using var log = new LogOutput(Console.OpenStandardError());
        await using MoxServer server = await MoxServer.StartAsync(
            new MoxServerOptions
            {
                Live = live,
                ConfigureLogging = logging => MoxLogging.Configure(logging, live.Current.Log, log, time),
                HandleSignals = true,
            },
            ct);
        await server.WaitForShutdownAsync(ct);
        return 0;
    }
}
