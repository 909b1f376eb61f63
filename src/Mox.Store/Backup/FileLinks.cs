namespace Mox.Store;

/// <summary>Gives files that never change a second name in a backup: a hard link where it can be had, else a copy.</summary>
public sealed class FileLinks
{
    private const int Exdev = 18;
    private const int Eperm = 1;
    private const int Emlink = 31;
    private const int Eopnotsupp = 95;

    private bool _isOtherFileSystem;

    /// <summary>Whether files had to be copied.</summary>
    public bool HasCopied { get; private set; }

    /// <summary>Adds a file, whose directory is there.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be linked or copied.</exception>
    public void Add(string source, string destination)
    {
        if (!_isOtherFileSystem)
        {
            try
            {
                Platform.Link(source, destination);
                return;
            }
            catch (IOException e) when (e.HResult is Exdev or Eperm or Emlink or Eopnotsupp)
            {
                // A file with too many links says nothing about the next one.
                _isOtherFileSystem = e.HResult != Emlink;
            }
        }

        File.Copy(source, destination);
        HasCopied = true;
    }

    /// <summary>Brings directories, and the content of all that was copied below <paramref name="root"/>, to stable storage. Blocks.</summary>
    public void Flush(string root, IEnumerable<string> directories)
    {
        if (HasCopied)
        {
            Platform.FlushFileSystem(root);
            return;
        }

        foreach (string directory in directories)
        {
            Platform.FlushDirectory(directory);
        }
    }
}
