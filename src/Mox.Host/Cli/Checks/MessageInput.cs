using Mox.EmailAuth;

namespace Mox.Host.Cli.Checks;

/// <summary>
/// A message from standard input. It is kept in a temporary file, since it is read more than once: memory stays flat whatever its size.
/// </summary>
internal sealed class MessageInput : IAsyncDisposable
{
    private const long MaxBytes = 1L << 30;
    private const int BufferLength = 64 * 1024;

    private readonly FileStream _file;

    private MessageInput(FileStream file, AuthMessage message) => (_file, Message) = (file, message);

    /// <summary>The message.</summary>
    public AuthMessage Message { get; }

    /// <summary>Reads it. Where its first line ends with LF alone, as in files of Unix, all lines get CRLF.</summary>
    /// <exception cref="UserErrorException">There is none, or it is too large or cannot be kept.</exception>
    public static async Task<MessageInput> ReadAsync(CheckContext context, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(context, TemporaryFile(), ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserErrorException($"standard input cannot be taken as a message: {e.Message}", e);
        }
    }

    /// <summary>Writes the message as it was read.</summary>
    public async Task CopyToAsync(Stream output, CancellationToken ct)
    {
        _file.Position = 0;
        await _file.CopyToAsync(output, ct);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async Task<MessageInput> ReadAsync(CheckContext context, FileStream file, CancellationToken ct)
    {
        try
        {
            await using (Stream input = context.OpenInput())
            {
                await CopyAsync(input, file, ct);
            }

            if (file.Length == 0)
            {
                throw new UserErrorException("standard input has no message: give one, as in < message.eml");
            }

            file.Position = 0;
            return new MessageInput(file, await AuthMessage.ReadAsync(file, ct));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    // It has no name any more when it is written to: nothing stays behind, whatever happens.
    private static FileStream TemporaryFile()
    {
        string path = Path.Combine(Path.GetTempPath(), "mox-" + Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream file = new(path, options);
        File.Delete(path);
        return file;
    }

    private static async Task CopyAsync(Stream input, FileStream file, CancellationToken ct)
    {
        byte[] buffer = new byte[BufferLength];
        byte[] converted = new byte[2 * BufferLength];
        bool? addsReturns = null;
        byte last = 0;
        while (await input.ReadAsync(buffer, ct) is var count and > 0)
        {
            int end = buffer.AsSpan(0, count).IndexOf((byte)'\n');
            addsReturns ??= end < 0 ? null : (end == 0 ? last : buffer[end - 1]) != '\r';
            int length = addsReturns == true ? AddReturns(buffer.AsSpan(0, count), last, converted) : count;
            if (file.Length + length > MaxBytes)
            {
                throw new UserErrorException($"the message has more than {MaxBytes >> 20} MiB, which is more than any server takes");
            }

            await file.WriteAsync((addsReturns == true ? converted : buffer).AsMemory(0, length), ct);
            last = buffer[count - 1];
        }
    }

    private static int AddReturns(ReadOnlySpan<byte> bytes, byte last, Span<byte> output)
    {
        int used = 0;
        foreach (byte b in bytes)
        {
            if (b == '\n' && last != '\r')
            {
                output[used++] = (byte)'\r';
            }

            output[used++] = last = b;
        }

        return used;
    }
}
