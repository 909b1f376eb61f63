using System.Globalization;

namespace Mox.Host.Serving;

/// <summary>How many files this process may open, and how many connections go with that.</summary>
internal static class OpenFiles
{
    // The runtime, its libraries and the databases hold some 210.
    private const int Reserved = 256;

    // The socket, and the file of a message that comes or goes.
    private const int EachConnection = 2;

    // With fewer nothing works; what this takes of the reserve is there.
    private const int FewestConnections = 16;

    /// <summary>The limit that this process runs under; null where it is not known, or there is none.</summary>
    public static int? Limit() => OperatingSystem.IsLinux() ? Parse(File.ReadLines("/proc/self/limits")) : null;

    /// <summary>The soft limit in the system's table.</summary>
    public static int? Parse(IEnumerable<string> limits)
    {
        const string name = "Max open files";
        string? soft = limits.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int files) ? files : null;
    }

    /// <summary>How many connections a limit leaves room for.</summary>
    public static int Connections(int? limit) => limit is { } files ? Math.Max(FewestConnections, (files - Reserved) / EachConnection) : int.MaxValue;
}
