using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>COMPRESS=DEFLATE (RFC 4978).</summary>
public class CompressTests
{
    [Fact]
    public async Task Compress_ThenCommands_BothWays()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await CompressedAsync(test);
        await connection.TranscriptAsync("""
            C: b COMPRESS DEFLATE
            S: b NO [COMPRESSIONACTIVE] *
            C: c COMPRESS LZW
            S: c BAD *
            C: d SELECT INBOX
            S...
            S: d OK [READ-WRITE] selected
            C: e FETCH 1:2 BODY.PEEK[TEXT]
            S: * 1 FETCH (BODY[TEXT] {32}
            S: This is the text of message 1.
            S: )
            S: * 2 FETCH (BODY[TEXT] {32}
            S: This is the text of message 2.
            S: )
            S: e OK fetched
            C: f APPEND Drafts {3+}
            C: abc
            S: f OK [APPENDUID *
            C: g IDLE
            S: + idling
            C: DONE
            S: g OK no longer idle
            C: h ENABLE UTF8=ACCEPT
            S: * ENABLED UTF8=ACCEPT
            S: h OK done
            C: i LOGOUT
            S: * BYE see you
            S: i OK done
            S: <eof>
            """);
    }

    [Fact]
    public async Task Compress_AfterStartTls_WhatIsEnabledStays()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a STARTTLS
            S: a OK *
            C: <tls>
            C: b COMPRESS DEFLATE
            S: b BAD log in first
            C: c LOGIN mox@localhost moxmoxmox
            S: c OK *
            C: d ENABLE UTF8=ACCEPT
            S: * ENABLED UTF8=ACCEPT
            S: d OK done
            C: e COMPRESS deflate
            S: e OK compressed from here on
            C: <deflate>
            C: f CREATE "Büro"
            S: f OK *
            C: g LIST "" "B*"
            S: * LIST (\HasNoChildren) "/" "Büro"
            S: g OK *
            C: <close>
            S: <eof>
            """);
    }

    [Fact]
    public async Task Compress_WithMoreInTheSameBreath_IsRefused()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a COMPRESS DEFLATE\r\nb NOOP\r\n
            S: a BAD nothing may follow COMPRESS before its answer
            S: b OK *
            C: c COMPRESS DEFLATE
            S: c OK *
            C: <deflate>
            C: d NOOP
            S: d OK *
            """);
    }

    // By zlib: partial flush, full flush, sync flush, partial flush, and the end of the stream.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Input_WithEachKindOfFlush_IsReadAtOnce(int piece)
    {
        string[] flushed =
        [
            "4a52f0f3f70fe0e50208",
            "a064280d000000ffff",
            "4a51f0f3f70fe0e502000000ffff",
            "4a85d269501a20",
            "c0d2157cfcddfd434378b900",
        ];
        string[] tags = ["b", "c", "d", "f", "g"];
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a COMPRESS DEFLATE
            S: a OK *
            """);
        for (int i = 0; i < flushed.Length; i++)
        {
            foreach (byte[] bytes in Convert.FromHexString(flushed[i]).Chunk(piece))
            {
                await connection.Client.SendAsync(bytes);
            }
            // The answer comes before more is sent.
            if (i == 0)
            {
                connection.Client.StartInflate();
            }
            string? line;
            do
            {
                line = await connection.Client.ReadLineAsync();
            }
            while (line is not null && !line.StartsWith(tags[i] + " OK", StringComparison.Ordinal));
            Assert.NotNull(line);
        }
        Assert.Null(await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task AbuseCase12_BombOfOneLine_EndsAtTheLimitOfLines()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await CompressedAsync(test);
        await SendZerosAsync(connection, 200);
        Assert.Equal("* BYE [TOOBIG] the command is too long", await connection.Client.ReadLineAsync());
        await connection.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task AbuseCase12_BombOfLiterals_EndsAtTheirLimits()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await CompressedAsync(test);
        await connection.TranscriptAsync("""
            C*: b SEARCH BODY {90000+}\r\n
            """);
        await SendZerosAsync(connection, 200);
        Assert.Equal("* BYE [TOOBIG] the command is too long", await connection.Client.ReadLineAsync());
        await connection.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Input_ThatIsNotDeflate_EndsTheConnection()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a COMPRESS DEFLATE
            S: a OK *
            C*: \xff\xff\xff\xff\xff
            S: <eof>
            """);
    }

    [Fact]
    public async Task Input_OfRandomBytes_EndsOrIsAnswered()
    {
        await using var test = await TestImap.StartAsync();
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var connection = await test.LoginAsync();
            await connection.TranscriptAsync("""
                C: a COMPRESS DEFLATE
                S: a OK *
                """);
            // Half of them begin as DEFLATE does.
            byte[] bytes = seed % 2 == 0 ? Deflate("b NOOP\r\nc FETCH 1 FLAGS\r\nd LIST \"\" *\r\n") : new byte[200];
            if (seed % 2 == 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                random.NextBytes(bytes);
            }
            await connection.Client.SendAsync(bytes);
            await connection.Client.CloseSendingAsync();
            await connection.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static byte[] Deflate(string text)
    {
        var bytes = new MemoryStream();
        using (var deflater = new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(Encoding.ASCII.GetBytes(text));
        }
        return bytes.ToArray();
    }

    [Fact]
    public async Task Writer_IdleForAWhile_LetsItsCompressorGoAndGoesOn()
    {
        var time = new ManualTimeProvider();
        var pipe = new Pipe();
        using var writer = new DeflateWriter(pipe.Writer, time);
        var expected = new StringBuilder();
        for (int i = 0; i < 4; i++)
        {
            string text = string.Concat(Enumerable.Repeat($"line {i} of what is sent\r\n", 2000));
            expected.Append(text);
            writer.Write(Encoding.ASCII.GetBytes(text));
            if (i == 2)
            {
                // Not flushed: nothing of it may be lost.
                time.Advance(DeflateWriter.KeepTime);
                time.Advance(DeflateWriter.KeepTime);
                Assert.True(writer.HasCompressor);
            }
            await writer.FlushAsync();
            Assert.True(writer.HasCompressor);
            time.Advance(DeflateWriter.KeepTime);
            time.Advance(DeflateWriter.KeepTime);
            Assert.False(writer.HasCompressor);
        }
        await writer.CompleteAsync();
        await pipe.Writer.CompleteAsync();
        using var inflater = new DeflateStream(pipe.Reader.AsStream(), CompressionMode.Decompress);
        byte[] all = new byte[expected.Length];
        await inflater.ReadExactlyAsync(all);
        Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(all));
    }

    private static async Task<FakeConnection> CompressedAsync(TestImap test)
    {
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a COMPRESS DEFLATE
            S: a OK compressed from here on
            C: <deflate>
            """);
        return connection;
    }

    // The server may close before all is sent.
    private static async Task SendZerosAsync(FakeConnection connection, int megabytes)
    {
        byte[] zeros = new byte[1024 * 1024];
        for (int i = 0; i < megabytes && !connection.Completion.IsCompleted; i++)
        {
            try
            {
                await connection.Client.SendAsync(zeros);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
