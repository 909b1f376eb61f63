using Mox.Mime;

namespace Mox.Store;

/// <summary>
/// A complete message in a temporary file, with all that goes into its row. May be added to many accounts, each of which gets a hard link.
/// Dispose it when all adds are done; the temporary name goes then.
/// </summary>
public sealed class SpooledMessage : IDisposable
{
    private readonly SpoolFile _file;
    private readonly StoreThreads _threads;
    private Task? _flushing;

    internal SpooledMessage(SpoolFile file, StoreThreads threads, ParsedMessage parsed, MessageSummary summary)
    {
        _file = file;
        _threads = threads;
        Parsed = parsed;
        Summary = summary;
    }

    /// <summary>
    /// Begins to bring the bytes to stable storage, so that it goes on while the caller does something else; what fails is said by the add.
    /// </summary>
    public void BeginFlush() => _flushing ??= Flushing();

    /// <summary>Bytes of the file, without any prefix.</summary>
    public long SizeBytes => Parsed.SizeBytes;

    /// <summary>The parsed message; offsets are of the file.</summary>
    public ParsedMessage Parsed { get; }

    internal string Path => _file.Path;

    internal MessageSummary Summary { get; }

    /// <summary>Brings the bytes to stable storage on a thread that may block, so that messages of many connections do it at the same time.</summary>
    /// <remarks>What awaits it goes on on that thread: it hands the message to a writer and is done.</remarks>
    internal Task FlushAsync() => _flushing ?? Flushing();

    private Task Flushing() => _file.IsFlushed
        ? Task.CompletedTask
        : _threads.RunThroughAsync(() =>
        {
            _file.Flush();
            return true;
        });

    /// <summary>The same on the calling thread. Blocks.</summary>
    internal void Flush() => _file.Flush();

    /// <summary>Reads bytes at an offset.</summary>
    internal int Read(long offset, Span<byte> buffer) => _file.Read(offset, buffer);

    /// <summary>A read-only, seekable stream over a prefix and the message, also while it is brought to stable storage; this object must outlive it.</summary>
    public Stream OpenStream(ReadOnlyMemory<byte> prefix = default) => new MessageStream(
        (offset, buffer) =>
        {
            if (offset >= prefix.Length)
            {
                return Read(offset - prefix.Length, buffer);
            }

            ReadOnlySpan<byte> rest = prefix.Span[(int)offset..];
            int count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            return count;
        },
        prefix.Length + SizeBytes);

    /// <summary>Removes the temporary name; when the bytes are just being flushed, right after that.</summary>
    public void Dispose()
    {
        if (_flushing is { IsCompleted: false } running)
        {
            _ = running.ContinueWith(_ => _file.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        else
        {
            _file.Dispose();
        }
    }
}
