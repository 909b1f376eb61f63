using Microsoft.Extensions.Logging;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

public sealed class SmtpSessionTests : IDisposable
{
    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Fact]
    public async Task Message_ByData_IsDelivered()
    {
        await _smtp.TranscriptAsync("""
            S: 220 mail.example ESMTP mox
            C: EHLO client.example
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example> SIZE=100 BODY=8BITMIME
            S: 250 2.1.0 *
            C: RCPT TO:<bob@here.example>
            S: 250 2.1.5 *
            C: DATA
            S: 354 *
            C: Subject: hi
            C:
            C: ..dot
            C: .
            S: 250 2.0.0 delivered
            C: QUIT
            S: 221 2.0.0 *
            S: <eof>
            """);
        var message = Assert.Single(_smtp.Mail.Delivered);
        Assert.Equal("Subject: hi\r\n\r\n.dot\r\n", message.Text);
        Assert.Equal("bob@here.example", Assert.Single(message.Recipients).ToString());
        Assert.Equal("a@there.example", message.Envelope!.From.ToString());
        Assert.Equal(100, message.Envelope.SizeBytes);
        Assert.Equal(MailBody.EightBitMime, message.Envelope.Body);
        Assert.Equal("client.example", message.Peer!.Hello.ToString());
        Assert.True(message.Peer.IsExtended);
        Assert.True(_smtp.Ids.TryDecrypt(message.Peer.ReceivedId, out long cid));
        Assert.Equal(message.Peer.Cid, cid.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1, message.Disposed);
        Assert.Equal(21, message.Facts!.SizeBytes);
        _smtp.AssertNothingAbove(LogLevel.Debug);
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "Quit")));
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.transactions", ("code", 250)));
        Assert.Equal(0, _smtp.Metrics.Sum("mox.smtp.server.active_connections"));
    }

    [Fact]
    public async Task Ehlo_Keywords_AreSortedAndOnlyWhatWorks()
    {
        await _smtp.TranscriptAsync("""
            S: 220 mail.example ESMTP mox
            C: EHLO [127.0.0.1]
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-BINARYMIME
            S: 250-CHUNKING
            S: 250-DSN
            S: 250-ENHANCEDSTATUSCODES
            S: 250-LIMITS RCPTMAX=1000
            S: 250-PIPELINING
            S: 250-SIZE 104857600
            S: 250-SMTPUTF8
            S: 250 STARTTLS
            """);
        using var plain = new SmtpFixture(hasTls: false);
        await plain.TranscriptAsync("""
            S: 220 *
            C: ehlo x
            S...
            S: 250 SMTPUTF8
            C: STARTTLS
            S: 502 5.5.1 *
            """);
    }

    [Fact]
    public async Task Helo_Message_HasNoExtensions()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: HELO client.example
            S: 250 mail.example
            C: MAIL FROM:<a@there.example> SIZE=10
            S: 555 5.5.4 *
            C: MAIL FROM:<>
            S: 250 2.1.0 *
            C: RCPT TO:<Postmaster>
            S: 250 2.1.5 *
            C: DATA
            S: 354 *
            C: .
            S: 250 2.0.0 *
            """);
        var message = Assert.Single(_smtp.Mail.Delivered);
        Assert.False(message.Peer!.IsExtended);
        Assert.True(message.Envelope!.From.IsNull);
        Assert.Equal("", message.Text);
    }

    [Fact]
    public async Task Commands_OutOfSequence_Get503AndTheSessionGoesOn()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: MAIL FROM:<a@there.example>
            S: 503 5.5.1 say EHLO first *
            C: STARTTLS
            S: 503 5.5.1 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: RCPT TO:<bob@here.example>
            S: 503 5.5.1 say MAIL FROM first *
            C: DATA
            S: 503 5.5.1 say MAIL FROM first *
            C: MAIL FROM:<a@there.example>
            S: 250 *
            C: DATA
            S: 503 5.5.1 no valid recipients *
            C: MAIL FROM:<b@there.example>
            S: 503 5.5.1 *
            C: RCPT TO:<bob@here.example>
            S: 250 *
            C: RSET
            S: 250 2.0.0 *
            C: RCPT TO:<bob@here.example>
            S: 503 5.5.1 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example>
            S: 250 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: DATA
            S: 503 5.5.1 *
            """);
        Assert.All(_smtp.Mail.Transactions, t => Assert.Equal(1, t.Disposed));
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task SmallCommands_AreAnswered()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: NOOP anything at all
            S: 250 2.0.0 *
            C: VRFY bob
            S: 252 2.5.0 *
            C: EXPN list
            S: 252 2.5.0 *
            C: VRFY
            S: 501 5.5.2 *
            C: HELP
            S: 214-2.0.0 *
            S: 214 2.0.0 commands: BDAT *
            C: AUTH PLAIN AGEAYg==
            S: 502 5.5.1 no authentication here*
            C: FOO
            S: 500 5.5.1 unknown command *
            C: RSET now
            S: 501 5.5.2 *
            C: QUIT please
            S: 501 5.5.2 *
            C: QUIT
            S: 221 *
            S: <eof>
            """);
        Assert.DoesNotContain(_smtp.Logs.Entries, e => e.Message.Contains("AGEAYg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MailParameters_Bad_AreRefusedByKind()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example> SIZE=104857601
            S: 552 5.3.4 *
            C: MAIL FROM:<a@there.example> SIZE=99999999999999999999
            S: 552 5.3.4 *
            C: MAIL FROM:<a@there.example> SIZE=1 SIZE=1
            S: 501 5.5.4 SIZE given twice *
            C: MAIL FROM:<a@there.example> SIZE=x
            S: 501 5.5.4 *
            C: MAIL FROM:<a@there.example> BODY=9BIT
            S: 555 5.5.4 *
            C: MAIL FROM:<a@there.example> RET=SOME
            S: 501 5.5.4 RET is FULL or HDRS *
            C: MAIL FROM:<a@there.example> HOLDFOR=60
            S: 555 5.3.3 unknown parameter HOLDFOR *
            C: MAIL FROM:<a@there.example> REQUIRETLS
            S: 555 5.3.3 *
            C: MAIL FROM:<a@there.example> SMTPUTF8=1
            S: 501 5.5.4 *
            C: MAIL FROM:<a@there.example> AUTH=a=b
            S: 501 5.5.2 *
            C: MAIL FROM:<a@[192.0.2.1]>
            S: 550 5.1.8 *
            C: MAIL FROM: <a@there.example> AUTH=<> BODY=7bit smtputf8
            S: 250 *
            C: RCPT TO: <bob@here.example> FOO=NEVER
            S: 555 5.3.3 *
            C: RCPT TO:<bob@[127.0.0.1]>
            S: 550 5.1.1 *
            """);
    }

    [Fact]
    public async Task MailSize_UnderTheUsualLimit_SaysThatTheReceiverIsSmaller() => await _smtp.TranscriptAsync("""
        S: 220 *
        C: EHLO x
        S...
        S: 250 STARTTLS
        C: MAIL FROM:<a@there.example> SIZE=2000
        S: 552 5.2.3 *
        """, new SmtpOptions { Hostname = "mail.example", MaxMessageBytes = 1000 });

    [Fact]
    public async Task ErrorTexts_EndWithTheEncipheredConnectionId()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.ReadLineAsync();
        await connection.Client.SendLineAsync("MAIL FROM:<>");
        string reply = (await connection.Client.ReadLineAsync())!;
        int open = reply.LastIndexOf('(');
        Assert.True(_smtp.Ids.TryDecrypt(reply[(open + 1)..^1], out _));
    }

    [Fact]
    public async Task Pipelined_Commands_AreAnsweredInOneFlush()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nRCPT TO:<x@away.example>\r\nDATA\r\n");
        await connection.TranscriptAsync("""
            S: 220 *
            S...
            S: 250 STARTTLS
            S: 250 2.1.0 *
            S: 250 2.1.5 *
            S: 550 5.1.1 *
            S: 354 *
            C*: a\r\n.\r\nMAIL FROM:<c@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\nb\r\n.\r\nQUIT\r\n
            S: 250 2.0.0 delivered
            S: 250 2.1.0 *
            S: 250 2.1.5 *
            S: 354 *
            S: 250 2.0.0 delivered
            S: 221 *
            S: <eof>
            """);
        Assert.Equal(["a\r\n", "b\r\n"], _smtp.Mail.Delivered.Select(t => t.Text));
    }

    [Fact]
    public async Task FirstCommand_NotSmtp_IsAnsweredAndClosed()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: GET / HTTP/1.1
            S: 500 5.5.1 please try again speaking smtp *
            S: <eof>
            """);
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: \x16\x03\x01\x02\x00\r\n
            S: 500 5.5.1 please try again speaking smtp *
            S: <eof>
            """);
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: NOOP
            S: 250 *
            C: GET / HTTP/1.1
            S: 500 5.5.1 unknown command *
            C: NOOP
            S: 250 *
            """);
        Assert.Equal(2, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "NotSmtp")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task CommandLine_SplitAnywhere_GivesTheSameReplies()
    {
        const string Input = "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\nq\r\n.\r\nQUIT\r\n";
        string? expected = null;
        foreach (var pieces in Mox.Testing.SplitEverywhere.Of(Input, randomWays: 5))
        {
            await using var connection = _smtp.Connect();
            foreach (var piece in pieces)
            {
                await connection.Client.SendAsync(piece);
                await Task.Yield();
            }
            string got = await connection.Client.ReadToEndAsync();
            Assert.Equal(expected ??= got, got);
        }
        Assert.EndsWith("221 2.0.0 bye\r\n", expected, StringComparison.Ordinal);
        Assert.All(_smtp.Mail.Delivered, t => Assert.Equal("q\r\n", t.Text));
    }

    [Fact]
    public async Task EndOfStream_WithTheLastCommand_StillRunsIt()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("EHLO x\r\nNOOP\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<b");
        await connection.Client.CloseSendingAsync();
        string got = await connection.Client.ReadToEndAsync();
        Assert.EndsWith("250 2.1.0 sender ok\r\n", got, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(_smtp.Mail.Transactions).Disposed);
    }

    [Fact]
    public async Task EndOfStream_InMidData_DeliversNothing()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\nhello\r\n.\r");
        await connection.Client.CloseSendingAsync();
        Assert.EndsWith("end with a dot on a line by itself\r\n", await connection.Client.ReadToEndAsync(), StringComparison.Ordinal);
        await connection.Completion;
        Assert.Empty(_smtp.Mail.Delivered);
        Assert.Equal(1, Assert.Single(_smtp.Mail.Transactions).Disposed);
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task NullReversePath_TakesOneRecipient() => await _smtp.TranscriptAsync("""
        S: 220 *
        C: EHLO x
        S...
        S: 250 STARTTLS
        C: MAIL FROM:<>
        S: 250 *
        C: RCPT TO:<bob@here.example>
        S: 250 *
        C: RCPT TO:<eve@here.example>
        S: 452 4.5.3 *
        """);

    [Fact]
    public async Task Recipients_OverTheLimit_Get452AndTheOthersAreServed() => await _smtp.TranscriptAsync("""
        S: 220 *
        C: EHLO x
        S...
        S: 250-LIMITS RCPTMAX=2
        S...
        S: 250 STARTTLS
        C: MAIL FROM:<a@there.example>
        S: 250 *
        C: RCPT TO:<a@here.example>
        S: 250 *
        C: RCPT TO:<b@here.example>
        S: 250 *
        C: RCPT TO:<c@here.example>
        S: 452 4.5.3 too many recipients*
        C: DATA
        S: 354 *
        C: .
        S: 250 *
        """, new SmtpOptions { Hostname = "mail.example", MaxRecipients = 2 });
}
