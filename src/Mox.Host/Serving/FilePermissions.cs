using Mox.Config;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Looks at start whether the files of the server are its own, and nobody else reads the mail or changes what the server does.</summary>
/// <remarks>Private keys and secrets are looked at where they are read.</remarks>
internal static class FilePermissions
{
    private const int MaxProblems = 10;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Refuses to go on when something is not right.</summary>
    /// <exception cref="UserErrorException">With all problems, a line each.</exception>
    public static void Check(LiveConfig live)
    {
        ConfigProblem[] problems = [.. Open(live).Concat(Strange(live.Current.DataDirectory)).Take(MaxProblems)];
        if (problems.Length > 0)
        {
            throw new UserErrorException(string.Join('\n', problems.Select(problem => problem.ToString())));
        }
    }

    /// <summary>What other users could read or change, with what to do; of a configuration that is not in files nothing.</summary>
    public static IEnumerable<ConfigProblem> Open(LiveConfig live)
    {
        if (live.Directory is not { } directory || OperatingSystem.IsWindows())
        {
            yield break;
        }

        string data = live.Current.DataDirectory;
        if (File.Exists(data))
        {
            yield return Problem(data, "a file, not a directory", "name another one in Mox:DataDirectory");
        }

        // A new one is made with the right mode.
        else if (Directory.Exists(data) && File.GetUnixFileMode(data) is var mode && (mode & Others) != 0)
        {
            yield return Problem(data, $"the data directory is open to other users (mode {Octal(mode)})", "chmod 700 it");
        }

        foreach (string path in (string[])[directory, Path.Combine(directory, ConfigLoader.StaticFileName), Path.Combine(directory, ConfigLoader.DomainsFileName)])
        {
            UnixFileMode open = File.GetUnixFileMode(path);
            if ((open & UnixFileMode.OtherWrite) != 0)
            {
                yield return Problem(path, $"every user of this machine can change it (mode {Octal(open)})", "chmod o-w it");
            }
        }
    }

    /// <summary>What belongs to another user: after a restore as root, some are forgotten.</summary>
    public static IEnumerable<ConfigProblem> Strange(string dataDirectory)
    {
        foreach (string path in Data(dataDirectory))
        {
            if (DurableFiles.StrangerOf(path) is { } owner)
            {
                yield return Problem(path, $"belongs to user {owner}, not to the one that runs this server", $"chown -R it and all beside it in {dataDirectory}");
            }
        }
    }

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

    private static ConfigProblem Problem(string path, string message, string whatToDo) => new(path, "", 0, 0, message, whatToDo);

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode & 0x1ff, 8);
}
