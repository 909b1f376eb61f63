namespace Mox.Testing;

/// <summary>A directory of its own for one test, deleted with all in it at the end.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("mox-test-").FullName;

    /// <summary>A path inside of it.</summary>
    public string this[params ReadOnlySpan<string> parts] => System.IO.Path.Combine([Path, .. parts]);

    public override string ToString() => Path;

    /// <summary>Writes a file that only its owner can read, as keys and passwords are; returns its path.</summary>
    public string WriteSecret(string name, string content)
    {
        string file = this[name];
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test deleted it.
        }
    }
}
