using System.Text;
using Mox.Smtp.Server.Commands;

namespace Mox.Smtp.Tests.Server;

/// <summary>DSN (RFC 3461) and FUTURERELEASE (RFC 4865) as clients write them.</summary>
public sealed class SubmissionParameterTests
{
    [Theory]
    [InlineData("RET=FULL", DsnReturn.Full, null)]
    [InlineData("ret=hdrs ENVID=QQ314159", DsnReturn.Headers, "QQ314159")]
    [InlineData("ENVID=a+20b+2Bc+3Dd", null, "a b+c=d")]
    public void Mail_DsnParameters_AreRead(string parameters, DsnReturn? ret, string? id) =>
        Assert.Equal(new DsnRequest(ret, id), Mail(parameters).Envelope.Dsn);

    [Theory]
    [InlineData("RET=ALL")]
    [InlineData("RET")]
    [InlineData("RET=FULL RET=FULL")]
    [InlineData("ENVID=a+0Db")]
    [InlineData("ENVID=a+0d")]
    [InlineData("ENVID=a+C3+BC")]
    [InlineData("ENVID=a+2")]
    [InlineData("ENVID=+")]
    [InlineData("ENVID")]
    [InlineData("ENVID=")]
    [InlineData("ENVID=ü")]
    [InlineData("ENVID=a ENVID=b")]
    [InlineData("HOLDFOR=0")]
    [InlineData("HOLDFOR=01")]
    [InlineData("HOLDFOR=-1")]
    [InlineData("HOLDFOR=1000000000")]
    [InlineData("HOLDFOR")]
    [InlineData("HOLDFOR=5 HOLDFOR=5")]
    [InlineData("HOLDFOR=5 HOLDUNTIL=2030-01-01T00:00:00Z")]
    [InlineData("HOLDUNTIL=2030-01-01")]
    [InlineData("HOLDUNTIL=2030-01-01T00:00:00")]
    [InlineData("HOLDUNTIL=2030-01-01T00:00:00+01:00")]
    [InlineData("HOLDUNTIL=2030-13-01T00:00:00Z")]
    [InlineData("HOLDUNTIL=9999-99-99T99:99:99Z")]
    public void Mail_BadParameters_AreRefused(string parameters) =>
        Assert.Equal(501, Assert.Throws<SmtpReplyException>(() => Mail(parameters)).Reply.Code);

    [Fact]
    public void Mail_EnvidOverItsLimit_IsRefused()
    {
        Assert.Equal(100, Mail("ENVID=" + new string('a', 100)).Envelope.Dsn!.EnvelopeId!.Length);
        Assert.Throws<SmtpReplyException>(() => Mail("ENVID=" + new string('a', 101)));
    }

    [Theory]
    [InlineData("HOLDFOR=60", "2026-01-01T00:01:00")]
    [InlineData("HOLDFOR=5184000", "2026-03-02T00:00:00")]
    [InlineData("HOLDUNTIL=2026-01-01T00:00:01Z", "2026-01-01T00:00:01")]
    [InlineData("holduntil=2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.5")]
    [InlineData("HOLDUNTIL=2026-03-02T00:00:00Z", "2026-03-02T00:00:00")]
    public void Release_WithinTheLimit_IsAnInstant(string parameters, string instant) =>
        Assert.Equal(Utc(instant), Resolve(parameters));

    [Theory]
    [InlineData("HOLDFOR=5184001")]
    [InlineData("HOLDFOR=999999999")]
    [InlineData("HOLDUNTIL=2026-03-02T00:00:01Z")]
    [InlineData("HOLDUNTIL=9999-12-31T23:59:59Z")]
    [InlineData("HOLDUNTIL=2026-01-01T00:00:00Z")]
    [InlineData("HOLDUNTIL=0001-01-01T00:00:00Z")]
    public void Release_PastOrTooFarAway_Gets554(string parameters)
    {
        var reply = Assert.Throws<SmtpReplyException>(() => Resolve(parameters)).Reply;
        Assert.Equal(554, reply.Code);
        Assert.Equal(new EnhancedStatus(5, 5, 4), reply.Status);
    }

    [Fact]
    public void Release_IsAnnouncedWithItsLimits() =>
        Assert.Equal("FUTURERELEASE 5184000 2026-03-02T00:00:00Z", FutureRelease.Keyword(Utc("2026-01-01T00:00:00"), TimeSpan.FromDays(60)));

    [Theory]
    [InlineData("NOTIFY=NEVER", DsnNotify.Never)]
    [InlineData("notify=success", DsnNotify.Success)]
    [InlineData("NOTIFY=FAILURE,DELAY", DsnNotify.Failure | DsnNotify.Delay)]
    [InlineData("NOTIFY=SUCCESS,FAILURE,DELAY", DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay)]
    public void Rcpt_Notify_IsRead(string parameters, DsnNotify notify) => Assert.Equal(notify, Rcpt(parameters).Notify);

    [Theory]
    [InlineData("ORCPT=rfc822;bob@there.example", "rfc822;bob@there.example")]
    [InlineData("orcpt=RFC822;a+2Bb+40there.example", "rfc822;a+b@there.example")]
    [InlineData("ORCPT=x400;/G=bob/S=x/ NOTIFY=DELAY", null)]
    [InlineData("ORCPT=rfc822;", null)]
    [InlineData("ORCPT=;a", null)]
    [InlineData("ORCPT=a", null)]
    [InlineData("ORCPT", null)]
    [InlineData("ORCPT=a(b;c", null)]
    [InlineData("ORCPT=rfc822;a+0D+0AX-Evil:+20yes", null)]
    [InlineData("ORCPT=rfc822;a+00", null)]
    [InlineData("ORCPT=rfc822;a+7F", null)]
    [InlineData("ORCPT=rfc822;a+C3+BC@there.example", null)]
    [InlineData("ORCPT=rfc822;ü@there.example", null)]
    [InlineData("ORCPT=rfc822;a ORCPT=rfc822;a", null)]
    [InlineData("ORCPT=utf-8;ü@there.example", "utf-8;ü@there.example")]
    [InlineData(@"ORCPT=utf-8;\x{FC}@there.example", "utf-8;ü@there.example")]
    [InlineData(@"ORCPT=utf-8;\x{1F600}@there.example", "utf-8;😀@there.example")]
    [InlineData(@"ORCPT=utf-8;\x{0D}\x{0A}@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\x{202E}@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\x{D800}@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\x{FC@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\FC@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\x{}@there.example", null)]
    [InlineData(@"ORCPT=utf-8;\x{1234567}@there.example", null)]
    public void Rcpt_Orcpt_IsReadOrRefused(string parameters, string? expected)
    {
        if (expected is null)
        {
            Assert.Equal(501, Assert.Throws<SmtpReplyException>(() => Rcpt(parameters)).Reply.Code);
            return;
        }
        Assert.Equal(expected, Rcpt(parameters).OriginalRecipient!.ToString());
    }

    [Fact]
    public void Rcpt_OrcptOverItsLimit_IsRefused()
    {
        Assert.NotNull(Rcpt("ORCPT=rfc822;" + new string('a', 493)).OriginalRecipient);
        Assert.Throws<SmtpReplyException>(() => Rcpt("ORCPT=rfc822;" + new string('a', 494)));
    }

    [Theory]
    [InlineData("NOTIFY=")]
    [InlineData("NOTIFY")]
    [InlineData("NOTIFY=NEVER,SUCCESS")]
    [InlineData("NOTIFY=SUCCESS,")]
    [InlineData("NOTIFY=,")]
    [InlineData("NOTIFY=ALWAYS")]
    [InlineData("NOTIFY=NEVER NOTIFY=NEVER")]
    public void Rcpt_BadNotify_IsRefused(string parameters) =>
        Assert.Equal(501, Assert.Throws<SmtpReplyException>(() => Rcpt(parameters)).Reply.Code);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Parameters_RandomBytes_AreReadOrRefused(int seed)
    {
        var random = new Random(seed);
        string[] words = ["RET=", "ENVID=", "HOLDFOR=", "HOLDUNTIL=", "NOTIFY=", "ORCPT=", "rfc822;", "utf-8;", @"\x{", "}", "+", "+41", ",", "SUCCESS", "NEVER", "2030-01-01T00:00:00Z", " ", "=", "9", "ü"];
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new List<byte>();
            for (int j = random.Next(8); j >= 0; j--)
            {
                bytes.AddRange(random.Next(3) == 0 ? [(byte)random.Next(256)] : Encoding.UTF8.GetBytes(words[random.Next(words.Length)]));
            }
            try
            {
                var mail = new SmtpScanner([.. " FROM:<a@b.example> "u8, .. bytes]) { IsSubmission = true };
                var request = MailCommand.Parse(ref mail);
                Assert.DoesNotContain(request.Envelope.Dsn?.EnvelopeId ?? "", c => char.IsControl(c));
                request.Release?.Resolve(Utc("2026-01-01T00:00:00"), TimeSpan.FromDays(60));
            }
            catch (SmtpReplyException e)
            {
                Assert.InRange(e.Reply.Code, 500, 599);
            }
            try
            {
                var rcpt = new SmtpScanner([.. " TO:<a@b.example> "u8, .. bytes]) { IsSubmission = true };
                Assert.DoesNotContain(RcptCommand.Parse(ref rcpt).OriginalRecipient?.ToString() ?? "", c => char.IsControl(c));
            }
            catch (SmtpReplyException e)
            {
                Assert.InRange(e.Reply.Code, 500, 599);
            }
        }
    }

    [Fact]
    public async Task Parameters_ReachTheReceiver_AndARelease_IsUnknownElsewhere()
    {
        using var smtp = new SmtpFixture();
        await smtp.TranscriptAsync(SubmissionTests.LoggedIn + """
            C: MAIL FROM:<mox@here.example> RET=HDRS ENVID=id HOLDFOR=60
            S: 250 *
            C: RCPT TO:<bob@there.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@there.example
            S: 250 *
            C: RCPT TO:<bob@there.example> FOO=1
            S: 555 5.3.3 *
            C: RSET
            S: 250 *
            C: MAIL FROM:<mox@here.example> HOLDFOR=5184001
            S: 554 5.5.4 *
            """, SmtpFixture.SubmitInClear);
        var transaction = Assert.Single(smtp.Submission.Transactions);
        Assert.Equal(new DsnRequest(DsnReturn.Headers, "id"), transaction.Envelope.Dsn);
        Assert.Equal(smtp.Time.GetUtcNow() + TimeSpan.FromMinutes(1), transaction.Envelope.Release);
        var recipient = Assert.Single(transaction.Recipients);
        Assert.Equal(DsnNotify.Success | DsnNotify.Delay, recipient.Notify);
        Assert.Equal(new OriginalRecipient("rfc822", "b@there.example"), recipient.OriginalRecipient);
        await smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: MAIL FROM:<a@there.example> HOLDFOR=60
            S: 555 5.3.3 *
            C: MAIL FROM:<a@there.example> ENVID=id+2B RET=full
            S: 250 *
            C: RCPT TO:<bob@here.example> ORCPT=rfc822;b@there.example NOTIFY=NEVER
            S: 250 *
            """);
        var inbound = Assert.Single(smtp.Mail.Transactions);
        Assert.Equal(new DsnRequest(DsnReturn.Full, "id+"), inbound.Envelope!.Dsn);
        Assert.Equal(new OriginalRecipient("rfc822", "b@there.example"), Assert.Single(inbound.Requests).OriginalRecipient);
        await smtp.TranscriptAsync("""
            S: 220 *
            C: HELO x
            S: 250 *
            C: MAIL FROM:<a@there.example> RET=FULL
            S: 555 5.5.4 *
            C: MAIL FROM:<a@there.example>
            S: 250 *
            C: RCPT TO:<bob@here.example> NOTIFY=NEVER
            S: 555 5.5.4 *
            """);
    }

    private static MailRequest Mail(string parameters)
    {
        var input = new SmtpScanner(Encoding.UTF8.GetBytes(" FROM:<a@b.example> " + parameters)) { IsSubmission = true };
        return MailCommand.Parse(ref input);
    }

    private static RecipientRequest Rcpt(string parameters)
    {
        var input = new SmtpScanner(Encoding.UTF8.GetBytes(" TO:<a@b.example> " + parameters)) { IsSubmission = true };
        return RcptCommand.Parse(ref input);
    }

    private static DateTimeOffset Resolve(string parameters) =>
        Mail(parameters).Release!.Value.Resolve(Utc("2026-01-01T00:00:00"), TimeSpan.FromDays(60));

    private static DateTimeOffset Utc(string instant) =>
        DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
