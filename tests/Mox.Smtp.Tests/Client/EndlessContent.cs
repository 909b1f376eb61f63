namespace Mox.Smtp.Tests.Client;

/// <summary>Lines without an end, up to a size or a failure; knows how much was taken.</summary>
internal sealed class EndlessContent(long end = long.MaxValue, long failAfter = long.MaxValue, Action<long>? onRead = null) : Stream
{
    private const string Line = "endless\r\n";

    private static readonly byte[] Lines = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Line, 8192)));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Position >= failAfter)
        {
            throw new IOException("the disk is gone");
        }
        onRead?.Invoke(Position);
        int length = (int)Math.Min(buffer.Length, end - Position);
        for (int at = 0; at < length;)
        {
            var lines = Lines.AsSpan((int)((Position + at) % Line.Length));
            int taken = Math.Min(lines.Length, length - at);
            lines[..taken].CopyTo(buffer.Span[at..]);
            at += taken;
        }
        Position += length;
        return ValueTask.FromResult(length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
