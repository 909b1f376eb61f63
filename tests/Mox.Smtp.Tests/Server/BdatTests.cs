using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

public sealed class BdatTests : IDisposable
{
    private const string Begin = """
        S: 220 *
        C*: EHLO x\r\nMAIL FROM:<a@there.example> BODY=BINARYMIME\r\nRCPT TO:<bob@here.example>\r\n
        S...
        S: 250 2.1.5 *
        """;

    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Fact]
    public async Task Chunks_AreKeptAsTheyAre()
    {
        await _smtp.TranscriptAsync(Begin + "\n" + """
            C*: BDAT 9\r\na\nb\rc\r\n.\n
            S: 250 2.0.0 9 bytes taken
            C*: BDAT 0\r\n
            S: 250 2.0.0 0 bytes taken
            C*: BDAT 5 last\r\n.\r\n\x00\xff
            S: 250 2.0.0 delivered
            C: NOOP
            S: 250 2.0.0 *
            """);
        var message = Assert.Single(_smtp.Mail.Delivered);
        Assert.Equal("a\nb\rc\r\n.\n.\r\n\0\u00ff", Encoding.Latin1.GetString(message.Content.ToArray()));
        Assert.Equal(MailBody.BinaryMime, message.Envelope!.Body);
        Assert.True(message.Facts!.Has8Bit);
    }

    [Fact]
    public async Task Chunks_Pipelined_AreDelivered()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nBDAT 3\r\nabcBDAT 3\r\ndefBDAT 0 LAST\r\nQUIT\r\n
            S...
            S: 250 2.1.5 *
            S: 250 2.0.0 3 bytes taken
            S: 250 2.0.0 3 bytes taken
            S: 250 2.0.0 delivered
            S: 221 *
            """);
        Assert.Equal("abcdef", Assert.Single(_smtp.Mail.Delivered).Text);
    }

    [Fact]
    public async Task Chunk_OutOfSequence_IsConsumedAndRefused()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nBDAT 13 LAST\r\nRSET\r\nQUIT\r\n.NOOP\r\n
            S...
            S: 250 STARTTLS
            S: 503 5.5.1 *
            S: 250 2.0.0 ok
            C*: MAIL FROM:<a@there.example>\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n
            S: 250 2.1.0 *
            S: 503 5.5.1 no valid recipients *
            S: 250 2.0.0 ok
            """);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task Data_AndOthers_BetweenChunks_AreRefused() => await _smtp.TranscriptAsync(Begin + "\n" + """
        C*: BDAT 1\r\na
        S: 250 *
        C: DATA
        S: 503 5.5.1 DATA cannot come between BDAT chunks*
        C: RCPT TO:<eve@here.example>
        S: 503 5.5.1 *
        C: MAIL FROM:<a@there.example>
        S: 503 5.5.1 *
        C*: BDAT 1 LAST\r\nb
        S: 250 2.0.0 delivered
        """);

    [Fact]
    public async Task Data_WithBinaryMime_IsRefused() => await _smtp.TranscriptAsync(Begin + "\n" + """
        C: DATA
        S: 503 5.5.1 BINARYMIME comes by BDAT *
        """);

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 99999999999999999999")]
    [InlineData("BDAT 5 FIRST")]
    [InlineData("BDAT 5 LAST x")]
    public async Task Malformed_LosesThePlaceAndCloses(string command) => await _smtp.TranscriptAsync(Begin + "\n" + $"""
        C: {command}
        S: 501 5.5.2 *
        S: <eof>
        """);

    [Fact]
    public async Task TooLarge_WhenItCanBeSkipped_GoesOn()
    {
        var options = new SmtpOptions { Hostname = "mail.example", MaxMessageBytes = 10, Limits = false };
        await _smtp.TranscriptAsync(Begin + "\n" + """
            C*: BDAT 6\r\n123456
            S: 250 *
            C*: BDAT 6\r\nQUIT\r\n
            S: 552 5.3.4 *
            C*: BDAT 6 LAST\r\nQUIT\r\n
            S: 503 5.5.1 *
            C: NOOP
            S: 250 *
            """, options);
        await _smtp.TranscriptAsync(Begin + "\n" + """
            C*: BDAT 2000000000 LAST\r\n
            S: 552 5.3.4 *
            S: <eof>
            """, options);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task EndOfStream_InMidChunk_DeliversNothing()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nBDAT 10 LAST\r\nabc");
        await connection.Client.CloseSendingAsync();
        await connection.Client.ReadToEndAsync();
        await connection.Completion;
        Assert.Empty(_smtp.Mail.Delivered);
        Assert.Equal(1, Assert.Single(_smtp.Mail.Transactions).Disposed);
    }

    [Fact]
    public async Task FailureToWrite_InAChunk_EndsTheTransaction()
    {
        _smtp.Mail.At = step =>
        {
            if (step == "write")
            {
                throw new IOException("disk");
            }
        };
        await _smtp.TranscriptAsync(Begin + "\n" + """
            C*: BDAT 6\r\nQUIT\r\n
            S: 451 4.3.0 *
            C*: BDAT 6 LAST\r\nQUIT\r\n
            S: 503 5.5.1 *
            """);
        Assert.Single(_smtp.Logs.Entries, e => e.Level == LogLevel.Error);
        Assert.Empty(_smtp.Mail.Delivered);
    }
}
