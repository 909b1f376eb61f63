using System.CommandLine;
using Mox.Host.Control;

namespace Mox.Host.Cli;

/// <summary><c>mox reload</c>.</summary>
internal static class ReloadCommand
{
    public static Command Create() => OperatorCommand.CreatePlain(
        "reload",
        """
        Have the running server read domains.json and its certificates again, and say what it cannot use of them: then what ran before goes on. It
        does so by itself a moment after a file has changed; appsettings.json takes a restart.

        Example:
          mox reload --config /etc/mox
        """,
        RunAsync);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        using ControlClient server = context.Connect();
        await server.PostAsync("reload", ct);
        context.Output.WriteLine("reloaded");
        return 0;
    }
}
