using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>The directory of a backup: <c>data/</c> and <c>config/</c>, and while it is not finished a file that says so.</summary>
internal sealed class BackupDirectory
{
    /// <summary>The name of that file.</summary>
    public const string UnfinishedFileName = "INCOMPLETE";

    private BackupDirectory(string path) => Root = path;

    /// <summary>Where it is.</summary>
    public string Root { get; }

    /// <summary>The data directory of the backup.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The configuration directory of the backup.</summary>
    public string Config => Path.Combine(Root, "config");

    /// <summary>Whether a directory, or the one above it, is a backup that was not finished.</summary>
    public static bool IsUnfinished(string directory) =>
        File.Exists(Path.Combine(directory, UnfinishedFileName))
        || (Path.GetDirectoryName(directory) is { } parent && File.Exists(Path.Combine(parent, UnfinishedFileName)));

    /// <summary>Makes it.</summary>
    /// <param name="path">A directory that is new or empty.</param>
    /// <param name="sources">What is backed up: the backup must not be inside of it.</param>
    /// <exception cref="UserErrorException">It has something in it, is inside of a source, or cannot be made.</exception>
    public static BackupDirectory Create(string path, params string[] sources)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new UserErrorException($"\"{path}\" is not a full path: begin it with /");
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        foreach (string source in sources)
        {
            if (full == source || full.StartsWith(source + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new UserErrorException($"{full} is inside of {source}, which is to be backed up: name a directory elsewhere");
            }
        }

        try
        {
            if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
            {
                throw new UserErrorException($"{full} is there and not empty: a backup needs a new or an empty directory");
            }

            PrivateFiles.CreateDirectory(full);
            PrivateFiles.Write(Path.Combine(full, UnfinishedFileName), "This backup was not finished: it does not have all mail.\n"u8);
            return new BackupDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"the backup cannot be written to {full}: {e.Message.TrimEnd('.')}: the server's user must be able to write there (under systemd: ReadWritePaths of the unit)", e);
        }
    }

    /// <summary>All is on stable storage: it is a backup.</summary>
    public void Finish()
    {
        File.Delete(Path.Combine(Root, UnfinishedFileName));
        DurableFiles.FlushDirectory(Root);
    }
}
