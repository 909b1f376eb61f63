using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Mox.Host.Control;

namespace Mox.Host.Cli;

/// <summary><c>mox version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>As in the project files, without what the build adds after a plus sign.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static Command Create() => OperatorCommand.CreatePlain(
        "version",
        """
        Print the version of mox and of what it runs on; with a configuration directory, also whether its server runs, and in which version.

        Example:
          mox version
        """,
        RunAsync);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        context.Output.WriteLine($"mox {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
        if (!context.HasConfig)
        {
            return 0;
        }

        using ControlClient? server = ControlClient.TryConnect(context.DataDirectory);
        if (server is null)
        {
            context.Output.WriteLine($"server: not running on {context.DataDirectory}");
            return 0;
        }

        ServerVersion running = await server.GetAsync("version", ControlJson.Default.ServerVersion, ct);
        context.Output.WriteLine($"server: mox {running.Version} ({running.Runtime}), process {running.ProcessId}, since {running.StartedAt:u}");
        return 0;
    }
}
