using Mox.Mime;

namespace Mox.Store;

/// <summary>
/// A complete message on stable storage, in a temporary file, with all that goes into its row. May be added to many accounts, each of which
/// gets a hard link. Dispose it when all adds are done; the temporary name goes then.
/// </summary>
public sealed class SpooledMessage : IDisposable
{
    private readonly IMessageFiles _files;
    private int _disposed;

    internal SpooledMessage(IMessageFiles files, string path, ParsedMessage parsed, MessageSummary summary)
    {
        _files = files;
        Path = path;
        Parsed = parsed;
        Summary = summary;
    }

    /// <summary>Bytes of the file, without any prefix.</summary>
    public long SizeBytes => Parsed.SizeBytes;

    /// <summary>The parsed message; offsets are of the file.</summary>
    public ParsedMessage Parsed { get; }

    internal string Path { get; }

    internal MessageSummary Summary { get; }

    /// <summary>Reads bytes of the content; for checks before delivery.</summary>
    public Stream OpenRead() =>
        new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);

    /// <summary>Removes the temporary name.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _files.Delete(Path);
        }
    }
}
