using Microsoft.Extensions.Logging;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

public sealed class SubmissionTests : IDisposable
{
    internal const string LoggedIn = """
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 STARTTLS
        C: AUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0
        S: 235 *

        """;

    private readonly SmtpFixture _smtp = new();

    public void Dispose()
    {
        Assert.Empty(_smtp.Mail.Transactions);
        Assert.All(_smtp.Submission.Transactions, t => Assert.Equal(1, t.Disposed));
        _smtp.Dispose();
    }

    [Fact]
    public async Task Message_AfterLogin_IsSubmitted()
    {
        await SubmitAsync("""
            C: MAIL FROM:<mox@here.example> SIZE=100
            S: 250 2.1.0 *
            C: RCPT TO:<bob@there.example>
            S: 250 2.1.5 *
            C: RCPT TO:<carol@[192.0.2.1]>
            S: 250 2.1.5 *
            C: DATA
            S: 354 *
            C: Subject: hi
            C:
            C: ..dot
            C: .
            S: 250 2.0.0 queued
            C: QUIT
            S: 221 *
            S: <eof>
            """);
        var message = Assert.Single(_smtp.Submission.Submitted);
        Assert.Equal("Subject: hi\r\n\r\n.dot\r\n", message.Text);
        Assert.Equal(new SubmissionLogin("mox", "mox@here.example"), message.Login);
        Assert.True(message.Peer.IsAuthenticated);
        Assert.Null(message.Envelope.Dsn);
        Assert.Null(message.Envelope.Release);
        Assert.Equal(["bob@there.example", "carol@[192.0.2.1]"], message.Recipients.Select(r => r.Path.ToString()));
        Assert.All(message.Recipients, r => Assert.Null(r.Notify));
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.transactions", ("code", 250), ("kind", "submit")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Message_OverImplicitTls_IsSubmitted()
    {
        await _smtp.TranscriptAsync("""
            C: <tls>
            S: 220 mail.example ESMTP mox
            C: EHLO x
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-AUTH TALK PLAIN LOGIN
            S...
            S: 250 SMTPUTF8
            C: STARTTLS
            S: 503 *
            C: AUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0
            S: 235 *
            C*: MAIL FROM:<mox@here.example>\r\nRCPT TO:<bob@there.example>\r\nBDAT 3 LAST\r\nabcQUIT\r\n
            S: 250 *
            S: 250 *
            S: 250 2.0.0 queued
            S: 221 *
            S: <eof>
            """, new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, ImplicitTls = true, RequireStartTls = true, Limits = false });
        var message = Assert.Single(_smtp.Submission.Submitted);
        Assert.NotNull(message.Peer.Tls);
        Assert.Null(message.Peer.Tls.ClientCertificate);
        Assert.Equal("abc", message.Text);
    }

    [Fact]
    public async Task ImplicitTls_WithoutHandshake_IsClosedWithoutAWord() => await _smtp.TranscriptAsync(
        "C: EHLO x\nS: <eof>\n",
        new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, ImplicitTls = true, Limits = false });

    [Fact]
    public void Handler_WithoutItsServices_IsRefused()
    {
        var logger = new Mox.Testing.RecordingLogger<SmtpConnectionHandler>(_smtp.Logs);
        Assert.Throws<ArgumentException>(() => new SmtpConnectionHandler(_smtp.Services with { Submission = null }, SmtpFixture.Submit, logger));
        Assert.Throws<ArgumentException>(() => new SmtpConnectionHandler(_smtp.Services with { Authenticator = null }, SmtpFixture.Submit, logger));
        Assert.Throws<ArgumentException>(() => new SmtpConnectionHandler(_smtp.Services with { Inbound = null }, SmtpFixture.Options, logger));
        var implicitTls = new SmtpOptions { Hostname = "mail.example", ImplicitTls = true };
        Assert.Throws<ArgumentException>(() => new SmtpConnectionHandler(_smtp.Services with { Certificates = null }, implicitTls, logger));
    }

    [Fact]
    public async Task Refusal_OfASender_LeavesTheClientFast()
    {
        _smtp.Submission.Result = new SmtpReply(550, 5, 7, 1, "not your From");
        var options = new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, AllowPlaintextLogin = true };
        await _smtp.TranscriptAsync(LoggedIn + """
            C: MAIL FROM:<somebody@here.example>
            S: 550 5.7.1 not your address *
            C: MAIL FROM:<>
            S: 250 *
            C: RCPT TO:<bob@there.example>
            S: 250 *
            C: RCPT TO:<carol@there.example>
            S: 452 *
            C: DATA
            S: 354 *
            C: .
            S: 550 5.7.1 not your From *
            C: RCPT TO:<bob@there.example>
            S: 503 *
            C: NOOP
            S: 250 *
            """, options);
        Assert.Equal(0, _smtp.Time.ActiveTimers);
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("EHLO ")]
    [InlineData("EHLO my computer")]
    [InlineData("EHLO [::1")]
    [InlineData("EHLO (none)")]
    [InlineData("HELO Bob's Mac")]
    public async Task Ehlo_OfAClient_MayBeAnything(string greeting)
    {
        await using var connection = _smtp.Connect(SmtpFixture.SubmitInClear);
        await connection.TranscriptAsync($"S: 220 *\nC: {greeting}\nS...\nS: 250 *\nC: NOOP\nS...\nS: 250 2.0.0 *\n");
    }

    [Fact]
    public async Task Ehlo_WithoutAName_GoesByTheAddress()
    {
        await SubmitAsync("C: EHLO <>\nS...\nS: 250 STARTTLS\nC: MAIL FROM:<mox@here.example>\nS: 250 *\n");
        Assert.Equal("[192.0.2.1]", _smtp.Submission.Transactions[0].Peer.Hello.ToString());
    }

    [Theory]
    [InlineData("MAIL FROM:mox@here.example", "RCPT TO:bob@there.example", "bob@there.example")]
    [InlineData("MAIL FROM: mox@here.example SIZE=10", "RCPT TO: bob@there.example NOTIFY=NEVER", "bob@there.example")]
    [InlineData("MAIL FROM:<mox@here.example> ", "RCPT TO:<bob@there.example> ", "bob@there.example")]
    [InlineData("MAIL FROM:<mox@here.example>", "RCPT TO:<bob@[2001:db8::1]>", "bob@[IPv6:2001:db8::1]")]
    [InlineData("MAIL FROM:<mox@here.example>", "RCPT TO:\"a b\"@there.example", "\"a b\"@there.example")]
    [InlineData("MAIL FROM:<mox@here.example>", "RCPT TO:postmaster", "postmaster")]
    public async Task Paths_OfAClient_AreForgiven(string mail, string rcpt, string recipient)
    {
        await SubmitAsync($"C: {mail}\nS: 250 *\nC: {rcpt}\nS: 250 *\n");
        Assert.Equal(recipient, Assert.Single(_smtp.Submission.Transactions[0].Recipients).Path.ToString());
        // Servers and the strict are not.
        await _smtp.TranscriptAsync($"S: 220 *\nC: EHLO x\nS...\nS: 250 STARTTLS\nC: MAIL FROM:mox@here.example\nS: 501 5.5.2 *\n");
        _smtp.Submission.Transactions.Clear();
        var pedantic = new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, AllowPlaintextLogin = true, Limits = false, Pedantic = true };
        await _smtp.TranscriptAsync(LoggedIn + "C: MAIL FROM:mox@here.example\nS: 501 5.5.2 *\n", pedantic);
    }

    [Theory]
    [InlineData("MAIL FROM:")]
    [InlineData("MAIL FROM:mox")]
    [InlineData("MAIL FROM:mox@")]
    [InlineData("MAIL FROM:mox@here.example>")]
    [InlineData("MAIL FROM:<mox@here.example")]
    [InlineData("MAIL FROM:mox@here.example,bob@there.example")]
    public async Task Paths_ThatAreNone_AreNotForgiven(string mail) => await SubmitAsync($"C: {mail}\nS: 501 5.5.2 *\n");

    [Fact]
    public async Task BareLineFeeds_AreStoredAsCrLf_ButNotAroundADot()
    {
        await SubmitAsync("""
            C*: MAIL FROM:<mox@here.example>\r\nRCPT TO:<bob@there.example>\r\nDATA\r\n
            S: 250 *
            S: 250 *
            S: 354 *
            C*: Subject: x\n\na\nb\r\n.\r\n
            S: 250 *
            C*: MAIL FROM:<mox@here.example>\r\nRCPT TO:<bob@there.example>\r\nDATA\r\n
            S: 250 *
            S: 250 *
            S: 354 *
            C*: a\n.\nMAIL FROM:<>\r\n.\r\n
            S: 500 5.5.2 *
            """);
        Assert.Equal("Subject: x\r\n\r\na\r\nb\r\n", Assert.Single(_smtp.Submission.Submitted).Text);
    }

    [Fact]
    public async Task Limits_OfTheListener_Hold()
    {
        var options = new SmtpOptions
        {
            Hostname = "mail.example",
            Kind = SmtpServiceKind.Submit,
            AllowPlaintextLogin = true,
            Limits = false,
            MaxRecipients = 1,
            MaxMessageBytes = 5,
        };
        await _smtp.TranscriptAsync(LoggedIn + """
            C: MAIL FROM:<mox@here.example> SIZE=6
            S: 552 *
            C: MAIL FROM:<mox@here.example>
            S: 250 *
            C: RCPT TO:<bob@there.example>
            S: 250 *
            C: RCPT TO:<carol@there.example>
            S: 452 4.5.3 *
            C: DATA
            S: 354 *
            C: too long
            C: .
            S: 552 *
            """, options);
        Assert.Empty(_smtp.Submission.Submitted);
    }

    [Fact]
    public async Task FirstCommand_Malformed_IsClosed_OnEveryListener()
    {
        foreach (string first in (string[])["EHLO <>", "EHLO", "HELO a b", "VRFY", "QUIT now"])
        {
            await _smtp.TranscriptAsync($"S: 220 *\nC: {first}\nS: 501 5.5.2 *\nS: <eof>\n");
        }
        Assert.Equal(5, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "NotSmtp"), ("kind", "deliver")));
        await _smtp.TranscriptAsync("S: 220 *\nC: NOOP\nS: 250 *\nC: EHLO <>\nS: 501 5.5.2 *\nC: NOOP\nS: 250 *\n");
        foreach (string first in (string[])["VRFY", "GET / HTTP/1.1", "QUIT now"])
        {
            await _smtp.TranscriptAsync($"S: 220 *\nC: {first}\nS: 50*\nS: <eof>\n", SmtpFixture.SubmitInClear);
        }
    }

    private Task SubmitAsync(string script) => _smtp.TranscriptAsync(LoggedIn + script, SmtpFixture.SubmitInClear);
}
