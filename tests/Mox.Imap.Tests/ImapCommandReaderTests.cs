using System.IO.Pipelines;
using System.Text;
using Mox.Testing;

namespace Mox.Imap.Tests;

public class ImapCommandReaderTests
{
    private static readonly ImapReaderLimits Small = new()
    {
        MaxLineBytes = 40,
        MaxLiteralBytes = 20,
        MaxCommandBytes = 50,
        MaxLiterals = 3,
        MaxSkippedBytes = 500,
        MaxStreamSkippedBytes = 100,
    };

    [Theory]
    [InlineData("a NOOP\r\nb NOOP\r\n", "Command:a NOOP|Command:b NOOP")]
    [InlineData("a LOGIN {3}\r\nabc {2+}\r\nde\r\nb NOOP\r\n", "Command:a LOGIN {3}\r\nabc {2+}\r\nde|Command:b NOOP")]
    [InlineData("a X {12+}\r\nb LOGOUT\r\nx {0+}\r\n\r\nc NOOP\r\n", "Command:a X {12+}\r\nb LOGOUT\r\nx {0+}\r\n|Command:c NOOP")]
    [InlineData("a FOO {9+}\r\nb LOGOUT\n\r\nc NOOP\r\n", "Command:a FOO {9+}\r\nb LOGOUT\n|Command:c NOOP")]
    [InlineData("a \n \r x\r\n", "Command:a \n \r x")]
    [InlineData("\r\n", "Command:")]
    [InlineData("a half", "")]
    [InlineData("a {3}\r\nab", "")]
    [InlineData("a {21+}\r\n123456789012345678901\r\nb NOOP\r\n", "LiteralTooBig:a {21+}|Command:b NOOP")]
    [InlineData("a {21+}\r\n123456789012345678901 {3+}\r\nabc{1}\r\nb NOOP\r\n", "LiteralTooBig:a {21+}|Command:b NOOP")]
    [InlineData("a {21}\r\nb NOOP\r\n", "LiteralTooBig:a {21}|Command:b NOOP")]
    [InlineData("a {1}\r\n1{1}\r\n2{1}\r\n3{1}\r\nb NOOP\r\n", "LiteralTooBig:a {1}\r\n1{1}\r\n2{1}\r\n3{1}|Command:b NOOP")]
    [InlineData("a {501+}\r\n", "Overflow:a {501+}")]
    [InlineData("a {99999999999999999999999+}\r\n", "Overflow:a {99999999999999999999999+}")]
    [InlineData("a 3456789012345678901234567890123456789\r\nb NOOP\r\n", "Command:a 3456789012345678901234567890123456789|Command:b NOOP")]
    [InlineData("a 345678901234567890123456789012345678901\r\nb NOOP\r\n", "LineTooLong:*|Command:b NOOP")]
    [InlineData("a 345678901234567890123456789012345678901{5+}\r\nb X\r\n\r\nc NOOP\r\n", "LineTooLong:*|Command:c NOOP")]
    public async Task ReadAsync_SplitAtEveryByte_GivesTheSameFrames(string bytes, string expected)
    {
        foreach (var pieces in SplitEverywhere.Of(bytes))
        {
            var pipe = new Pipe();
            var reader = new ImapCommandReader(pipe.Reader, Small, new Framing());
            var frames = ReadAllAsync(reader);
            foreach (var piece in pieces)
            {
                await pipe.Writer.WriteAsync(piece);
            }
            await pipe.Writer.CompleteAsync();
            string got = await frames;
            Assert.True(
                expected.Split('|').Zip(got.Split('|')).All(p => Transcript.Matches(p.First, p.Second)) && expected.Count(c => c == '|') == got.Count(c => c == '|'),
                $"{got} for {string.Join(" / ", pieces.Select(p => Encoding.UTF8.GetString(p.Span)))}");
        }
    }

    [Fact]
    public async Task ReadAsync_SynchronizingLiteral_AsksForItOnce()
    {
        var framing = new Framing();
        var reader = Reader("a {1}\r\nx{1}\r\ny{1+}\r\nz\r\n", framing);
        Assert.Equal(ImapFrameKind.Command, (await reader.ReadAsync(default)).Kind);
        Assert.Equal(2, framing.Continued);
    }

    [Theory]
    [InlineData("a APPEND x {5+}\r\nhello\r\nb NOOP\r\n")]
    [InlineData("a APPEND {1+}\r\nx {5+}\r\nhello\r\nb NOOP\r\n")]
    public async Task ReadAsync_StreamedLiteral_IsPassedOnAndThePlaceKept(string bytes)
    {
        foreach (var pieces in SplitEverywhere.Of(bytes))
        {
            var pipe = new Pipe();
            var reader = new ImapCommandReader(pipe.Reader, Small, new Framing { Streams = true });
            var task = ReadStreamedAsync(reader);
            foreach (var piece in pieces)
            {
                await pipe.Writer.WriteAsync(piece);
            }
            await pipe.Writer.CompleteAsync();
            Assert.Equal("hello", await task);
        }

        static async Task<string> ReadStreamedAsync(ImapCommandReader reader)
        {
            Assert.Equal(ImapFrameKind.StreamedLiteral, (await reader.ReadAsync(default)).Kind);
            reader.Release();
            var content = new MemoryStream();
            while (await reader.ReadStreamAsync(part => content.Write(System.Buffers.BuffersExtensions.ToArray(part)), default))
            {
            }
            Assert.Equal(ImapFrameKind.Command, (await reader.ReadAfterStreamAsync(default)).Kind);
            Assert.Equal("", Encoding.ASCII.GetString(reader.Command));
            Assert.Equal(ImapFrameKind.Command, (await reader.ReadAsync(default)).Kind);
            Assert.Equal("b NOOP", Encoding.ASCII.GetString(reader.Command));
            return Encoding.ASCII.GetString(content.ToArray());
        }
    }

    [Theory]
    [InlineData("a APPEND x {5+}\r\nhello {3+}\r\nabc\r\nb NOOP\r\n", true)]
    [InlineData("a APPEND x {5}\r\nb NOOP\r\n", true)]
    [InlineData("a APPEND x {101+}\r\n", false)]
    public async Task FinishStreamAsync_UnwantedLiteral_IsSkippedOrRefused(string bytes, bool kept)
    {
        var reader = Reader(bytes, new Framing { Streams = true });
        Assert.Equal(ImapFrameKind.StreamedLiteral, (await reader.ReadAsync(default)).Kind);
        reader.Release();
        Assert.Equal(kept, await reader.FinishStreamAsync(default));
        if (kept)
        {
            Assert.Equal(ImapFrameKind.Command, (await reader.ReadAsync(default)).Kind);
            Assert.Equal("b NOOP", Encoding.ASCII.GetString(reader.Command));
        }
    }

    [Fact]
    public async Task AbuseCase9_GigabyteLine_IsCutOffAtOneMegabyte()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 65536, resumeWriterThreshold: 32768));
        var reader = new ImapCommandReader(pipe.Reader, ImapReaderLimits.Default, new Framing());
        var frame = reader.ReadAsync(default).AsTask();
        long sent = 0;
        while (!frame.IsCompleted && sent < 10_000_000)
        {
            await Task.WhenAny(frame, pipe.Writer.WriteAsync(new byte[16384]).AsTask()); // nobody reads after the end
            sent += 16384;
        }
        Assert.Equal(ImapFrameKind.Overflow, (await frame).Kind);
        Assert.InRange(sent, 1024 * 1024, 1024 * 1024 + 200_000);
        Assert.InRange(reader.Command.Length, 0, 40_000);
    }

    [Fact]
    public async Task AbuseCase9_ManyLiterals_AreBoundedInCountAndSize()
    {
        var many = new StringBuilder("a SEARCH");
        for (int i = 0; i < 1001; i++)
        {
            many.Append(" TEXT {1+}\r\nx");
        }
        Assert.Equal(ImapFrameKind.LiteralTooBig, (await Reader(many + "\r\n").ReadAsync(default)).Kind);
        string large = string.Concat(Enumerable.Repeat(" TEXT {102400+}\r\n" + new string('x', 102400), 11));
        Assert.Equal(ImapFrameKind.LiteralTooBig, (await Reader("a SEARCH" + large + "\r\n").ReadAsync(default)).Kind);
        string fitting = string.Concat(Enumerable.Repeat(" TEXT {102400+}\r\n" + new string('x', 102400), 10));
        Assert.Equal(ImapFrameKind.Command, (await Reader("a SEARCH" + fitting + "\r\n").ReadAsync(default)).Kind);
    }

    [Fact]
    public async Task ReadAsync_SeededRandomBytes_NeverThrows()
    {
        var random = new Random(3);
        string[] words = ["a ", "{3}", "{2+}", "{30+}", "\r\n", "\n", "\r", "x", "{", "}", "+}", "1", "\"", "APPEND m "];
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)]));
            var reader = Reader(text, new Framing { Streams = random.Next(2) == 0 }, Small);
            ImapFrame frame;
            int frames = 0;
            do
            {
                frame = await reader.ReadAsync(default);
                reader.Release();
                Assert.True(++frames < 1000);
                if (reader.HasOpenStream && !await reader.FinishStreamAsync(default))
                {
                    break;
                }
            }
            while (frame.Kind is not (ImapFrameKind.EndOfStream or ImapFrameKind.Overflow));
        }
    }

    private static ImapCommandReader Reader(string bytes, Framing? framing = null, ImapReaderLimits? limits = null)
    {
        var reader = PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(bytes)));
        return new(reader, limits ?? (framing is null ? ImapReaderLimits.Default : Small), framing ?? new Framing());
    }

    private static async Task<string> ReadAllAsync(ImapCommandReader reader)
    {
        var frames = new List<string>();
        while (true)
        {
            var frame = await reader.ReadAsync(default);
            if (frame.Kind == ImapFrameKind.EndOfStream)
            {
                return string.Join('|', frames);
            }
            frames.Add($"{frame.Kind}:{Encoding.UTF8.GetString(reader.Command)}");
            if (frame.Kind == ImapFrameKind.Overflow)
            {
                return string.Join('|', frames);
            }
        }
    }

    private sealed class Framing : IImapFraming
    {
        public bool Streams { get; init; }

        public bool IsLoggedIn { get; init; } = true;

        public int Continued { get; private set; }

        public bool IsStreamed(ReadOnlySpan<byte> command) => Streams && ImapRequest.IsStreamed(command);

        public ValueTask ContinueAsync(CancellationToken cancellationToken)
        {
            Continued++;
            return ValueTask.CompletedTask;
        }
    }
}
