using Microsoft.Win32.SafeHandles;

namespace Mox.Store;

/// <summary>The bytes of a message: header prefix and file as one. Dispose it.</summary>
/// <remarks>Reads are positioned and thread-safe. MIME tree offsets are of the file: add <see cref="PrefixBytes"/>.</remarks>
public sealed class MessageContent : IDisposable
{
    private readonly byte[] _prefix;
    private readonly SafeFileHandle _file;

    internal MessageContent(byte[] prefix, SafeFileHandle file, long sizeBytes)
    {
        _prefix = prefix;
        _file = file;
        SizeBytes = sizeBytes;
    }

    /// <summary>Size of prefix and file.</summary>
    public long SizeBytes { get; }

    /// <summary>Size of the prefix.</summary>
    public int PrefixBytes => _prefix.Length;

    /// <summary>Reads at an offset; 0 only at the end.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset < _prefix.Length)
        {
            int count = Math.Min(buffer.Length, _prefix.Length - (int)offset);
            _prefix.AsSpan((int)offset, count).CopyTo(buffer);
            if (count == buffer.Length)
            {
                return count;
            }

            return count + RandomAccess.Read(_file, buffer[count..], 0);
        }

        return RandomAccess.Read(_file, buffer, offset - _prefix.Length);
    }

    /// <summary>A read-only, seekable stream over the message; this object owns the file and must outlive it.</summary>
    public Stream OpenStream() => new MessageStream(Read, SizeBytes);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
