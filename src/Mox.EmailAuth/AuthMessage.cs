using System.Buffers;
using Mox.EmailAuth.Dkim;
using Mox.Mime;

namespace Mox.EmailAuth;

/// <summary>
/// A message under check: its header in memory, its body where it lies. Each form of the body is hashed once, for all signatures
/// that ask for it; a message of any size takes little memory.
/// </summary>
/// <remarks>One caller at a time. The stream stays the caller's.</remarks>
public sealed class AuthMessage
{
    /// <summary>The largest header block that is checked; longer ones are refused where mail comes in.</summary>
    public const int MaxHeaderBytes = 10 * 1024 * 1024;

    private const int BufferLength = 64 * 1024;

    private readonly Stream _stream;
    private readonly long _bodyStart;
    private readonly Dictionary<Canonicalization, byte[]> _hashes = [];

    private AuthMessage(ReadOnlyMemory<byte> header, Stream stream, long bodyStart) =>
        (Header, _stream, _bodyStart) = (new HeaderBlock(header), stream, bodyStart);

    /// <summary>The header block.</summary>
    public HeaderBlock Header { get; }

    /// <summary>Reads the header of a message from where the stream stands.</summary>
    /// <param name="message">The message as it came, with CRLF at line ends; it can seek.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The header is longer than <see cref="MaxHeaderBytes"/>.</exception>
    public static async Task<AuthMessage> ReadAsync(Stream message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        long start = message.Position;
        var header = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            int searched = Math.Max(0, header.WrittenCount - 3);
            int count = await message.ReadAsync(header.GetMemory(4096), ct);
            header.Advance(count);
            int end = EndOfHeader(header.WrittenSpan, searched);
            if (end >= 0 || count == 0)
            {
                int length = end < 0 ? header.WrittenCount : end;
                // The empty line belongs to neither.
                int body = end < 0 ? length : length + 2;
                return new AuthMessage(header.WrittenMemory[..length], message, start + body);
            }

            if (header.WrittenCount > MaxHeaderBytes)
            {
                throw new InvalidDataException("The header is too long.");
            }
        }
    }

    /// <summary>The hash of the body in a form.</summary>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async ValueTask<byte[]> BodyHashAsync(Canonicalization form, CancellationToken ct)
    {
        if (_hashes.TryGetValue(form, out byte[]? known))
        {
            return known;
        }

        using var hash = new BodyHash(form);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            _stream.Position = _bodyStart;
            while (await _stream.ReadAsync(buffer, ct) is var count and > 0)
            {
                hash.Append(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return _hashes[form] = hash.Finish();
    }

    // The offset after the last field's line end; -1 when the empty line has not come yet.
    private static int EndOfHeader(ReadOnlySpan<byte> bytes, int from)
    {
        if (bytes.StartsWith("\r\n"u8))
        {
            return 0;
        }

        int at = bytes[from..].IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : from + at + 2;
    }
}
