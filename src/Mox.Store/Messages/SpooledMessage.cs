namespace Mox.Store;

/// <summary>
/// A complete message on stable storage, in a temporary file, with all that goes into its row. May be added to many accounts, each of which
/// gets a hard link. Dispose it when all adds are done; the temporary name goes then.
/// </summary>
public sealed class SpooledMessage : IDisposable
{
    private readonly IMessageFiles _files;
    private int _disposed;

    internal SpooledMessage(IMessageFiles files, string path, long sizeBytes)
    {
        _files = files;
        Path = path;
        SizeBytes = sizeBytes;
    }

    /// <summary>Bytes of the file, without any prefix.</summary>
    public long SizeBytes { get; }

    internal string Path { get; }

    /// <summary>Removes the temporary name.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _files.Delete(Path);
        }
    }
}
