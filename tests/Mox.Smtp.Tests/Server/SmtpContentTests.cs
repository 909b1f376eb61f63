using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

/// <summary>What happens with the content of messages, and when something fails on the way.</summary>
public sealed class SmtpContentTests : IDisposable
{
    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Fact]
    public async Task TooLarge_ByALittle_GoesOn_ByMuch_Closes()
    {
        var options = new SmtpOptions { Hostname = "mail.example", MaxMessageBytes = 1000, Limits = false };
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C*: {new string('x', 1000)}\r\n.\r\n
            S: 552 5.3.4 *
            C: DATA
            S: 503 5.5.1 *
            C*: MAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S: 250 *
            S: 250 *
            S: 354 *
            C*: {new string('x', 998)}\r\n.\r\n
            S: 250 2.0.0 delivered
            """, options);
        Assert.Single(_smtp.Mail.Delivered);
        await using var connection = _smtp.Connect(options);
        await connection.Client.SendAsync("EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n");
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            """);
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < 100 && !connection.Completion.IsCompleted; i++)
        {
            await connection.Client.SendAsync(block);
        }
        await connection.TranscriptAsync("""
            S: 552 5.3.4 *
            S: <eof>
            """);
        Assert.Equal(1000, _smtp.Mail.Transactions[1].Content.Length);
    }

    [Fact]
    public async Task OwnFault_Gets451_OneErrorLine_AndTheSessionGoesOn()
    {
        _smtp.Mail.At = step => throw new InvalidOperationException(step == "rcpt" ? "secret text" : "x");
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example>
            S: 451 4.3.0 error processing *
            C: RCPT TO:<a@here.example>
            S: 503 5.5.1 *
            C: NOOP
            S: 250 *
            """);
        var error = Assert.Single(_smtp.Logs.Entries, e => e.Level > LogLevel.Debug);
        Assert.Equal(LogLevel.Error, error.Level);
        Assert.Contains(error.Scopes, s => s.Contains("cid=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("deliver")]
    public async Task OwnFault_InContent_KeepsThePlaceInTheStream(string at)
    {
        // An IOException of a full disk is ours, and must not be taken for a lost connection.
        _smtp.Mail.At = step =>
        {
            if (step == at)
            {
                throw new IOException("disk");
            }
        };
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example>
            S: 250 *
            C: RCPT TO:<bob@here.example>
            S: 250 *
            C: DATA
            S: 354 *
            C: RSET
            C: more
            C: .
            S: 451 4.3.0 error processing *
            C: DATA
            S: 503 5.5.1 *
            C: QUIT
            S: 221 *
            """);
        Assert.Single(_smtp.Logs.Entries, e => e.Level == LogLevel.Error);
        Assert.Equal(1, Assert.Single(_smtp.Mail.Transactions).Disposed);
    }

    [Fact]
    public async Task Refusal_BySmtpReplyExceptionInWrite_IsTheReply()
    {
        _smtp.Mail.At = step =>
        {
            if (step == "write")
            {
                throw new SmtpReplyException(452, 4, 3, 1, "no space");
            }
        };
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C: hello
            C: .
            S: 452 4.3.1 no space *
            """);
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Content_Facts_SayWhatWasSeen()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example> SMTPUTF8\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C: Received: a
            C:  received: folded, not a field
            C: RECEIVED : b
            C: Received-SPF: no
            C: Message-ID:
            C:  <x@y>
            C:
            C: Received: body
            C: ü
            C: .
            S: 250 *
            """);
        var facts = Assert.Single(_smtp.Mail.Delivered).Facts!;
        Assert.Equal(2, facts.ReceivedCount);
        Assert.True(facts.Has8Bit);
        // SMTPUTF8 was said, but nothing needs it.
        Assert.False(facts.NeedsSmtpUtf8);
        Assert.Equal("<x@y>", facts.MessageId);
    }

    [Fact]
    public async Task Loop_TooManyReceivedFields_IsRefused()
    {
        string received = string.Concat(Enumerable.Repeat("Received: from a by b\\r\\n", 101));
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C*: {received}\r\n.\r\n
            S: 550 5.4.6 mail loop*
            """);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task Pedantic_TakesTheGrammarByTheLetter() => await _smtp.TranscriptAsync("""
        S: 220 *
        C: NOOP
        S: 250 *
        C: EHLO my_host
        S: 501 5.5.2 *
        C: EHLO x
        S...
        S: 250 STARTTLS
        C: MAIL FROM: <a@there.example>
        S: 501 5.5.2 *
        C: MAIL FROM:<ü@there.example>
        S: 553 5.6.7 *
        C: MAIL FROM:<a@there.example>
        S: 250 *
        C: RCPT TO:<ü@here.example>
        S: 553 5.6.7 *
        C: RCPT TO:<bob@here.example>
        S: 250 *
        C: DATA
        S: 354 *
        C: Subject: x
        C:
        C: ü
        C: .
        S: 550 5.6.3 *
        C*: MAIL FROM:<a@there.example> BODY=8BITMIME\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
        S: 250 *
        S: 250 *
        S: 354 *
        C: Subject: ü
        C: .
        S: 550 5.6.7 *
        C*: MAIL FROM:<a@there.example> SMTPUTF8\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
        S: 250 *
        S: 250 *
        S: 354 *
        C: Subject: ü
        C:
        C: ü
        C: .
        S: 550 5.6.3 *
        C*: MAIL FROM:<a@there.example> SMTPUTF8\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
        S: 250 *
        S: 250 *
        S: 354 *
        C: Subject: ü
        C:
        C: u
        C: .
        S: 250 *
        C*: MAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
        S: 250 *
        S: 250 *
        S: 354 *
        C*: a\nb\r\n.\r\n
        S: 500 5.5.2 *
        """, new SmtpOptions { Hostname = "mail.example", Pedantic = true, Limits = false });

    [Fact]
    public async Task RequireStartTls_WithoutTls_RefusesMail() => await _smtp.TranscriptAsync("""
        S: 220 *
        C: EHLO x
        S...
        S: 250 STARTTLS
        C: MAIL FROM:<a@there.example>
        S: 530 5.7.0 *
        C: STARTTLS
        S: 220 *
        C: <tls>
        C: EHLO x
        S...
        S: 250 SMTPUTF8
        C: MAIL FROM:<a@there.example>
        S: 250 *
        """, new SmtpOptions { Hostname = "mail.example", RequireStartTls = true, Limits = false });

    [Theory]
    [InlineData(TraceLevel.TraceData, "C: Subject: x\\r\\n.\\r\\n", "C: abc")]
    [InlineData(TraceLevel.Trace, "C: ...", "C: ...")]
    public async Task Trace_ShowsContentOnlyWhereItIsAskedFor(TraceLevel level, string data, string chunk)
    {
        using var smtp = new SmtpFixture();
        smtp.Services = smtp.Services with { Trace = () => level };
        await smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@b.example>
            S: 250 *
            C: RCPT TO:<bob@here.example>
            S: 250 *
            C: DATA
            S: 354 *
            C*: Subject: x\r\n.\r\n
            S: 250 *
            C: MAIL FROM:<a@b.example>
            S: 250 *
            C: RCPT TO:<bob@here.example>
            S: 250 *
            C*: BDAT 3 LAST\r\nabcNOOP\r\n
            S: 250 *
            S: 250 *
            """);
        string[] traced = [.. smtp.Logs.Entries.Where(e => e.Level == LogLevel.Trace).Select(e => e.Message)];
        Assert.Contains(data, traced);
        Assert.Contains(chunk, traced);
        Assert.Equal(level == TraceLevel.TraceData ? 0 : 2, traced.Count(t => t == "C: ..."));
        Assert.Single(traced, t => t == "C: NOOP");
    }
}
