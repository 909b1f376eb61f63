using System.IO.Pipelines;
using System.Text;
using Mox.Testing;

namespace Mox.Net.Tests;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("HELO a\r\nQUIT\r\n", "HELO a|QUIT|<eof>")]
    [InlineData("\r\n\r\n", "||<eof>")]
    [InlineData("", "<eof>")]
    [InlineData("QUI", "<eof>")]
    [InlineData("NOOP\r\nQUIT", "NOOP|<eof>")]
    [InlineData("NOOP\r\nQUIT\r", "NOOP|<eof>")]
    [InlineData("NOOP\r\nQUIT\n", "NOOP|<eof>")]
    [InlineData("a\nb\rc\r\r\nd\n\r\n", "a\nb\rc\r|d\n|<eof>")]
    [InlineData("12345678\r\n123456789\r\nx\r\n", "12345678|<toolong>|x|<eof>")]
    [InlineData("123456789\r", "<eof>")]
    [InlineData("12345678901234567890\r\r\nNOOP\r\n", "<toolong>|NOOP|<eof>")]
    [InlineData("1234567890123456789\n0\r\nNOOP\r\n", "<toolong>|NOOP|<eof>")]
    [InlineData("123456789\r\n123456789\r\n123456789\r\n", "<toolong>|<toolong>|<toolong>|<eof>")]
    public async Task Read_SplitAnywhere_GivesTheSameLines(string sent, string expected)
    {
        foreach (var pieces in SplitEverywhere.Of(sent))
        {
            Assert.Equal(expected, await ReadAllAsync(pieces, maxLineBytes: 10));
        }
    }

    [Fact]
    public async Task Read_EndOfStreamTogetherWithTheLastCommand_StillGivesIt()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("QUIT\r\n"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        using var reader = new LineReader(pipe.Reader, 512);

        Assert.Equal(LineStatus.Line, (await reader.ReadAsync(default)).Status);
        Assert.Equal(LineStatus.EndOfStream, (await reader.ReadAsync(default)).Status);
        Assert.Equal(LineStatus.EndOfStream, (await reader.ReadAsync(default)).Status);
    }

    [Fact]
    public async Task Read_TenMegabytesWithoutCrLf_OverflowsAtOneMegabyte()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 65_536, resumeWriterThreshold: 32_768));
        var written = 0L;
        var writing = Task.Run(async () =>
        {
            for (; written < 10_000_000; written += 10_000)
            {
                if ((await pipe.Writer.WriteAsync(new byte[10_000])).IsCompleted)
                {
                    return;
                }
            }
        });
        using var reader = new LineReader(pipe.Reader, 2_048);

        Assert.Equal(LineStatus.Overflow, (await reader.ReadAsync(default)).Status);
        await pipe.Reader.CompleteAsync();
        await writing;
        Assert.InRange(written, LineReader.MaxSkippedBytes - 10_000, LineReader.MaxSkippedBytes + 300_000);
    }

    [Theory]
    [InlineData(1_000_000, LineStatus.TooLong)]
    [InlineData(1_000_001, LineStatus.Overflow)]
    public async Task Read_LongLineThatEnds_IsTooLongUpToTheBound(int length, LineStatus expected)
    {
        foreach (var piece in new[] { 7_919, 2_000_000 })
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            byte[] sent = [.. Enumerable.Repeat((byte)'x', length), (byte)'\r', (byte)'\n'];
            foreach (var chunk in sent.Chunk(piece))
            {
                await pipe.Writer.WriteAsync(chunk);
            }

            using var reader = new LineReader(pipe.Reader, 512);
            Assert.Equal(expected, (await reader.ReadAsync(default)).Status);
        }
    }

    [Fact]
    public async Task Read_CanceledInTheMiddleOfALine_GoesOnWithIt()
    {
        var pipe = new Pipe();
        using var reader = new LineReader(pipe.Reader, 10);
        await pipe.Writer.WriteAsync("NO"u8.ToArray());
        await ExpectCancelAsync(reader);
        await pipe.Writer.WriteAsync("OP\r\n0123456789012"u8.ToArray());
        Assert.Equal("NOOP", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));

        // In a line that is too long as well: its rest is never a command.
        await ExpectCancelAsync(reader);
        await pipe.Writer.WriteAsync("QUIT\r\nRSET\r\n"u8.ToArray());
        Assert.Equal(LineStatus.TooLong, (await reader.ReadAsync(default)).Status);
        Assert.Equal("RSET", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));
    }

    [Fact]
    public async Task Read_WokenByCancelPendingRead_GoesOnLater()
    {
        var pipe = new Pipe();
        using var reader = new LineReader(pipe.Reader, 512);
        var read = reader.ReadAsync(default).AsTask();
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(() => read);
        await pipe.Writer.WriteAsync("DONE\r\n"u8.ToArray());
        Assert.Equal("DONE", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));
    }

    [Fact]
    public async Task HasBufferedInput_TellsWhetherMoreCameWithTheLine()
    {
        var pipe = new Pipe();
        using var reader = new LineReader(pipe.Reader, 512);
        Assert.False(reader.HasBufferedInput());
        await pipe.Writer.WriteAsync("STARTTLS\r\nN"u8.ToArray());
        await reader.ReadAsync(default);
        Assert.True(reader.HasBufferedInput());
        await pipe.Writer.WriteAsync("OOP\r\n"u8.ToArray());
        Assert.Equal("NOOP", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));
        Assert.False(reader.HasBufferedInput());
        await pipe.Writer.CompleteAsync();
        Assert.False(reader.HasBufferedInput());
    }

    [Fact]
    public async Task Read_OwnLimitOfOneCall_IsTaken()
    {
        var pipe = new Pipe();
        using var reader = new LineReader(pipe.Reader, 10);
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(new string('a', 98) + "\r\n" + new string('b', 98) + "\r\n"));
        Assert.Equal(98, (await reader.ReadAsync(100, default)).Line.Length);
        Assert.Equal(LineStatus.TooLong, (await reader.ReadAsync(99, default)).Status);
    }

    [Fact]
    public async Task Input_AfterRelease_BeginsBehindTheLine()
    {
        foreach (var pieces in SplitEverywhere.Of("BDAT 5\r\nh\r\nloend\r\n"))
        {
            var pipe = Feed(pieces);
            using var reader = new LineReader(pipe, 100);
            Assert.Equal("BDAT 5", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));
            reader.Release();
            var chunk = await reader.Input.ReadAtLeastAsync(5);
            Assert.Equal("h\r\nlo", Encoding.ASCII.GetString(chunk.Buffer.Slice(0, 5)));
            reader.Input.AdvanceTo(chunk.Buffer.GetPosition(5));
            Assert.Equal("end", Encoding.ASCII.GetString((await reader.ReadAsync(default)).Span));
        }
    }

    [Fact]
    public async Task Read_PipelinedLines_AllocateNothing()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        await pipe.Writer.WriteAsync(Enumerable.Repeat("FETCH 1:* (FLAGS)\r\n"u8.ToArray(), 2_000).SelectMany(l => l).ToArray());
        using var reader = new LineReader(pipe.Reader, 512);
        await RunAsync(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await RunAsync(1_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        async Task RunAsync(int lines)
        {
            for (var i = 0; i < lines; i++)
            {
                var read = reader.ReadAsync(default);
                Assert.True(read.IsCompletedSuccessfully);
                Assert.True((await read).Status == LineStatus.Line); // Equal would box
            }
        }
    }

    [Fact]
    public async Task Read_LinesThatAreWaitedFor_AllocateNothing()
    {
        // A Debug build makes every state machine an object; an optimised one pools the reader's.
#if DEBUG
        const int allowedForEach = 400;
#else
        const int allowedForEach = 1;
#endif
        var pipe = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        ReadOnlyMemory<byte> line = "FETCH 1:* (FLAGS)\r\n"u8.ToArray();
        using var reader = new LineReader(pipe.Reader, 512);
        // Without xunit's synchronization context, which would take every continuation elsewhere.
        var allocated = await Task.Run(async () =>
        {
            await RunAsync(2_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            await RunAsync(1_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.InRange(allocated, 0, 1_000 * allowedForEach);

        async Task RunAsync(int lines)
        {
            for (var i = 0; i < lines; i++)
            {
                var read = reader.ReadAsync(default);
                Assert.False(read.IsCompleted);
                await pipe.Writer.WriteAsync(line);
                Assert.True(read.IsCompleted);
                Assert.True((await read).Status == LineStatus.Line); // Equal would box
            }
        }
    }

    [Fact]
    public async Task Read_RandomBytes_NeverThrowsAndEnds()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var sent = new byte[random.Next(200)];
            for (var i = 0; i < sent.Length; i++)
            {
                sent[i] = (byte)"\r\n\0a"[random.Next(4)];
            }

            var whole = await ReadAllAsync([sent], 12);
            Assert.Equal(whole, await ReadAllAsync([.. sent.Chunk(1 + random.Next(5)).Select(c => (ReadOnlyMemory<byte>)c)], 12));
            Assert.EndsWith("<eof>", whole, StringComparison.Ordinal);
        }
    }

    private static async Task ExpectCancelAsync(LineReader reader)
    {
        using var cancel = new CancellationTokenSource();
        var read = reader.ReadAsync(cancel.Token).AsTask();
        Assert.False(read.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private static async Task<string> ReadAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> pieces, int maxLineBytes)
    {
        using var reader = new LineReader(Feed(pieces), maxLineBytes);
        var got = new List<string>();
        while (true)
        {
            var line = await reader.ReadAsync(default);
            got.Add(line.Status switch
            {
                LineStatus.Line => Encoding.ASCII.GetString(line.Span),
                LineStatus.TooLong => "<toolong>",
                LineStatus.EndOfStream => "<eof>",
                _ => "<overflow>",
            });
            if (line.Status is LineStatus.EndOfStream or LineStatus.Overflow)
            {
                return string.Join('|', got);
            }
        }
    }

    /// <summary>A pipe whose reader sees one piece more at each read, as a network would have it.</summary>
    private static PipeReader Feed(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1, resumeWriterThreshold: 1, minimumSegmentSize: 1, useSynchronizationContext: false));
        _ = FeedAsync();
        return pipe.Reader;

        async Task FeedAsync()
        {
            foreach (var piece in pieces)
            {
                await pipe.Writer.WriteAsync(piece);
            }

            await pipe.Writer.CompleteAsync();
        }
    }
}
