using Mox.Config;

namespace Mox.Host.Serving;

/// <summary>What <c>mox serve</c> makes sure of before it opens anything: nobody else reads the mail or writes the configuration.</summary>
internal static class StartChecks
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Passes, or says what is wrong and what to do.</summary>
    /// <exception cref="UserErrorException">One of the checks failed.</exception>
    public static void Run(LiveConfig live)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new UserErrorException("mox serve does not run on Windows yet: use mox localserve there");
        }

        string data = live.Current.DataDirectory;
        if (File.Exists(data))
        {
            throw new UserErrorException($"{data} is a file: name a directory in Mox:DataDirectory");
        }

        // A new one is made with the right mode.
        if (Directory.Exists(data) && File.GetUnixFileMode(data) is var mode && (mode & Others) != 0)
        {
            throw new UserErrorException($"data directory {data} is open to other users (mode {Octal(mode)}): chmod 700 it");
        }

        string directory = live.Directory!;
        foreach (string path in (string[])[directory, Path.Combine(directory, ConfigLoader.StaticFileName), Path.Combine(directory, ConfigLoader.DomainsFileName)])
        {
            UnixFileMode open = File.GetUnixFileMode(path);
            if ((open & UnixFileMode.OtherWrite) != 0)
            {
                throw new UserErrorException($"{path} can be changed by everybody (mode {Octal(open)}): chmod o-w it");
            }
        }
    }

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode & 0x1ff, 8);
}
