using Mox.Config;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Looks at start whether the files of the server are its own, and nobody else can change what it does.</summary>
/// <remarks>Private keys and secrets are looked at where they are read.</remarks>
internal static class FilePermissions
{
    private const int MaxProblems = 10;

    /// <summary>What is not right, with what to do; empty when the server can start.</summary>
    public static IReadOnlyList<string> Problems(string? configDirectory, string dataDirectory)
    {
        var problems = new List<string>();
        if (configDirectory is not null)
        {
            string[] config =
            [
                configDirectory,
                Path.Combine(configDirectory, ConfigLoader.StaticFileName),
                Path.Combine(configDirectory, ConfigLoader.DomainsFileName),
            ];
            problems.AddRange(config.Where(CanOthersWrite).Select(path => $"{path} can be changed by every user of this machine: chmod o-w it"));
        }

        // After a restore as root, some are forgotten.
        foreach (string path in Data(dataDirectory))
        {
            if (problems.Count < MaxProblems && DurableFiles.StrangerOf(path) is { } owner)
            {
                problems.Add($"{path} belongs to user {owner}, not to the one that runs this server: chown -R it and all beside it in {dataDirectory}");
            }
        }

        return problems;
    }

    /// <summary>Refuses to go on when something is not right.</summary>
    /// <exception cref="UserErrorException">With all problems, a line each.</exception>
    public static void Check(string? configDirectory, string dataDirectory)
    {
        if (Problems(configDirectory, dataDirectory) is { Count: > 0 } problems)
        {
            throw new UserErrorException(string.Join('\n', problems));
        }
    }

    private static bool CanOthersWrite(string path) =>
        !OperatingSystem.IsWindows() && Path.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherWrite) != 0;

    private static IEnumerable<string> Data(string dataDirectory)
    {
        if (!Directory.Exists(dataDirectory))
        {
            return [];
        }

        string accounts = Path.Combine(dataDirectory, "accounts");
        IEnumerable<string> inside = Directory.Exists(accounts) ? Directory.EnumerateFileSystemEntries(accounts) : [];
        return [dataDirectory, .. Directory.EnumerateFileSystemEntries(dataDirectory), .. inside];
    }
}
