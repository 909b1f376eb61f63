using System.Buffers;
using System.Text;
using Mox.Smtp.Client;
using Mox.Smtp.Server;
using Mox.Smtp.Tests.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>Content on its way out: line ends, dots, chunks, and servers that do not want it.</summary>
public sealed class SmtpContentOutTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a\r\n")]
    [InlineData("a\r\n", "a\r\n")]
    [InlineData("a\n", "a\r\n")]
    [InlineData("a\r", "a\r\n")]
    [InlineData("\n\r", "\r\n\r\n")]
    [InlineData("\r\r\n", "\r\n\r\n")]
    [InlineData("a\rb\nc", "a\r\nb\r\nc\r\n")]
    [InlineData(".", "..\r\n")]
    [InlineData("..\r\n", "...\r\n")]
    [InlineData("a\r\n.\r\nb", "a\r\n..\r\nb\r\n")]
    [InlineData("a\n.\nb\r.\rc\r\n.\n", "a\r\n..\r\nb\r\n..\r\nc\r\n..\r\n")]
    [InlineData("a.\r\nb.c", "a.\r\nb.c\r\n")]
    public void Encoder_LineEndsAndDots_AreMadeFitAtEveryCut(string content, string expected)
    {
        foreach (var pieces in SplitEverywhere.Of(content))
        {
            Assert.Equal(expected, Encoding.Latin1.GetString(Encode(pieces, stuffsDots: true)));
        }
        Assert.Equal(Unstuffed(expected), Encoding.Latin1.GetString(Encode([Encoding.Latin1.GetBytes(content)], stuffsDots: false)));
    }

    // What the decoder of our own server reads is what was sent, with its line ends made whole, and nothing after it is content.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Encoder_RandomContentCutAnywhere_IsReadBackByTheServersDecoder(int seed)
    {
        var random = new Random(seed);
        const string alphabet = "\r\n..a\0é";
        for (int i = 0; i < 3000; i++)
        {
            byte[] content = [.. Enumerable.Range(0, random.Next(40)).Select(_ => (byte)alphabet[random.Next(alphabet.Length)])];
            byte[] wire = [.. Encode(Cut(content, random), stuffsDots: true), .. ".\r\n"u8, .. "MAIL FROM:<>\r\n"u8];
            var transaction = new FakeTransaction { Owner = new FakeInboundMail() };
            var decoder = new DataDecoder(refuseBareLineFeed: true);
            var sink = new ContentSink(transaction, long.MaxValue);
            int consumed = 0;
            foreach (var piece in Cut(wire, random))
            {
                consumed += decoder.Decode(piece.Span, sink, out bool isEnd);
                if (isEnd)
                {
                    break;
                }
            }
            Assert.False(decoder.IsSpoiled);
            Assert.Equal(wire.Length - "MAIL FROM:<>\r\n".Length, consumed);
            Assert.Equal(Normal(content), Encoding.Latin1.GetString(transaction.Content.ToArray()));
        }
    }

    [Fact]
    public async Task Bdat_SmallMessage_IsOneChunk()
    {
        var result = await ClientFixture.SendOneAsync(
            """
            S: 220 x
            C: EHLO *
            S: 250-x
            S: 250-PIPELINING
            S: 250 CHUNKING
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<bob@here.example>
            S: 250 ok
            S: 250 ok
            C: BDAT 15 LAST
            C: .hi
            C: you
            C: .
            C:
            S: 250 2.6.0 got it
            C: <eof>
            """,
            ".hi\nyou\n.\r\r",
            ClientFixture.Envelope,
            [ClientFixture.To("bob@here.example")]);
        Assert.Equal("got it", result.Accepted!.Text);
    }

    [Fact]
    public async Task Bdat_BinaryContent_GoesAsItIs()
    {
        await ClientFixture.SendOneAsync(
            """
            S: 220 x
            C: EHLO *
            S: 250-x
            S: 250-BINARYMIME
            S: 250 CHUNKING
            C: MAIL FROM:<alice@client.example> BODY=BINARYMIME
            S: 250 ok
            C: RCPT TO:<bob@here.example>
            S: 250 ok
            C: BDAT 8 LAST
            # its bare line ends and NUL do not end a line
            C: a*
            S: 250 2.6.0 got it
            """,
            "a\nb\0\rc\r\n",
            ClientFixture.Envelope with { Body = MailBody.BinaryMime },
            [ClientFixture.To("bob@here.example")]);
    }

    [Fact]
    public async Task Bdat_Refused_ResetsBeforeTheNext()
    {
        await using var smtp = new ClientFixture("""
            S: 220 x
            C: EHLO *
            S: 250-x
            S: 250 CHUNKING
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: BDAT 3 LAST
            C: x
            S: 552 5.3.4 too much
            C: RSET
            S: 250 ok
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: BDAT 0 LAST
            S: 250 ok
            """);
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("x", "bob@here.example");
        Assert.Equal("Content: 552 5.3.4 too much", result.Failure!.ToString());
        Assert.True(result.Failure.IsPermanent);
        Assert.NotNull((await smtp.SendAsync("", "bob@here.example")).Accepted);
    }

    [Fact]
    public async Task Data_RefusedInTheMiddle_IsNotSentToItsEnd()
    {
        var content = new EndlessContent();
        var pair = DuplexPipePair.Create();
        var server = ServerScript.RunAsync(pair.Server, """
            S: 220 x
            C: EHLO *
            S: 250 hi
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: DATA
            S: 354 go
            C: endless
            S: 552 5.3.4 no more
            C...
            C: <eof>
            """);
        var opening = await SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, TimeProvider.System, new RecordingLogger(), default);
        var result = await opening.Client!.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], content, default);
        Assert.Equal("Content: 552 5.3.4 no more", result.Failure!.ToString());
        Assert.False(opening.Client.CanSend);
        await opening.Client.DisposeAsync();
        await server;
    }

    [Theory]
    [InlineData("S: 552 5.3.4 no more\nS: <close>", "Content: 552 5.3.4 no more")]
    [InlineData("S: <close>", "Content: 4.4.2 the connection was lost: the server closed the connection")]
    [InlineData("S: 250 already\nC...\nC: <eof>", "Content: 4.5.0 the server broke the protocol: 250 before the end of the content")]
    public async Task Data_ServerClosesInTheMiddle_TellsWhatItSaid(string end, string failure)
    {
        var pair = DuplexPipePair.Create();
        var server = ServerScript.RunAsync(
            pair.Server, $"S: 220 x\nC: EHLO *\nS: 250 hi\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nC: endless\n{end}");
        var opening = await SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, TimeProvider.System, new RecordingLogger(), default);
        var result = await opening.Client!.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], new EndlessContent(), default);
        Assert.Equal(failure, result.Failure!.ToString());
        await opening.Client.DisposeAsync();
        await server;
    }

    [Fact]
    public async Task Data_ContentCannotBeRead_IsOurFaultAndNothingIsEnded()
    {
        await using var smtp = new ClientFixture("""
            S: 220 x
            C: EHLO *
            S: 250 hi
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: DATA
            S: 354 go
            C: <eof>
            """);
        await smtp.OpenAsync();
        using var content = new EndlessContent(failAfter: 0);
        await Assert.ThrowsAsync<IOException>(
            async () => await smtp.Client.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], content, default));
        Assert.False(smtp.Client.CanSend);
    }

    private static string Normal(byte[] content)
    {
        string text = Encoding.Latin1.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return (text.Length == 0 || text.EndsWith('\n') ? text : text + "\n").Replace("\n", "\r\n", StringComparison.Ordinal);
    }

    private static string Unstuffed(string text) =>
        (text.StartsWith('.') ? text[1..] : text).Replace("\n..", "\n.", StringComparison.Ordinal);

    private static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> pieces, bool stuffsDots)
    {
        var encoder = new ContentEncoder(stuffsDots);
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            encoder.Encode(piece.Span, output);
        }
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] bytes, Random random)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, random.Next(1, 6));
            yield return bytes.AsMemory(at, length);
            at += length;
        }
    }
}
