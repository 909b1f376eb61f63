namespace Mox.Store;

/// <summary>Copies a directory of small files, such as a configuration, to stable storage: modes and symbolic links are kept.</summary>
public static class TreeCopy
{
    private const int MaxDepth = 32;

    /// <summary>Copies what is in a directory into another, which is made; returns the files copied.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="destination">A directory that does not exist, or is empty.</param>
    /// <param name="skips">Whether a path of the source is left out, with all below it.</param>
    /// <exception cref="IOException">A file cannot be read or written, or directories are nested too deep.</exception>
    public static int Copy(string source, string destination, Func<string, bool> skips) => Copy(new DirectoryInfo(source), destination, skips, 0);

    /// <summary>Copies one file to stable storage, but for the entry of its directory.</summary>
    public static void CopyFile(string source, string destination)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.GetUnixFileMode(from.SafeFileHandle);
        }

        using var to = new FileStream(destination, options);
        from.CopyTo(to);
        to.Flush(flushToDisk: true);
    }

    private static int Copy(DirectoryInfo source, string destination, Func<string, bool> skips, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new IOException($"{source.FullName} is nested too deep.");
        }

        int files = 0;
        Directory.CreateDirectory(destination);
        foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos())
        {
            string to = Path.Combine(destination, entry.Name);
            if (skips(entry.FullName))
            {
                continue;
            }

            if (entry.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(to, target);
                files++;
            }
            else if (entry is DirectoryInfo directory)
            {
                files += Copy(directory, to, skips, depth + 1);
            }
            else
            {
                CopyFile(entry.FullName, to);
                files++;
            }
        }

        Platform.FlushDirectory(destination);
        return files;
    }
}
