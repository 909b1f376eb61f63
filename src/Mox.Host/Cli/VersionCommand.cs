using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Mox.Host.Cli;

/// <summary><c>mox version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>As in the project files, without what the build adds after a plus sign.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", """
            Print the version of mox and of what it runs on.

            Example:
              mox version
            """);
        command.SetAction(parsed =>
            parsed.InvocationConfiguration.Output.WriteLine($"mox {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
        return command;
    }
}
