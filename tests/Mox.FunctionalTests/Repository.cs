namespace Mox.FunctionalTests;

/// <summary>Files of the repository that the tests stand in.</summary>
internal static class Repository
{
    /// <summary>The path of a file.</summary>
    public static string File(params string[] path)
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !System.IO.File.Exists(Path.Combine(directory, "MoxNet.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return Path.Combine([directory ?? throw new DirectoryNotFoundException("MoxNet.sln"), .. path]);
    }
}
