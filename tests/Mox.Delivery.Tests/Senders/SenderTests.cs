using System.Net;
using Mox.Delivery.Senders;
using Mox.Dns;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Delivery.Tests.Senders;

/// <summary>What is found out about a sender, and what follows.</summary>
public sealed class SenderTests : IDisposable
{
    private const string Policy = "_dmarc.there.example";

    private readonly DeliveryFixture _delivery = new();

    // May not send for there.example.
    private static Mox.Smtp.Server.SmtpPeer Stranger { get; } = DeliveryFixture.Peer with { RemoteIp = IPAddress.Parse("203.0.113.9") };

    public void Dispose() => _delivery.Dispose();

    [Fact]
    public async Task SignedMail_FromAProvenClient_PassesEverything()
    {
        _delivery.Dns.Txt(Policy, "v=DMARC1; p=reject; rua=mailto:r@there.example");
        string message = await SignedMail.SignAsync(_delivery.Dns, _delivery.Time);
        Assert.Equal(250, (await _delivery.SendContentAsync(message, null, "alice@here.example")).Reply.Code);
        var (target, text) = Assert.Single(_delivery.Store.Delivered);
        Assert.EndsWith(message, text, StringComparison.Ordinal);
        Assert.Matches(
            "(?s)^Delivered-To: .*Return-Path: .*Authentication-Results: mail.example;\r\n\tiprev=pass .*\r\n"
            + "\tdkim=pass \\(2048 bit key, without dnssec\\)\r\n\t\theader.d=there.example\r\n\t\theader.s=s\r\n\t\theader.a=rsa-sha256\r\n"
            + "\t\theader.b=\"?[A-Za-z0-9+/]{12}\"?\r\n\t\theader.i=@there.example;\r\n"
            + "\tspf=pass .*smtp.mailfrom=a@there.example;\r\n"
            + "\tdmarc=pass \\(policy reject of there.example, without dnssec\\)\r\n\t\theader.from=there.example\r\n"
            + "Received-SPF: pass\r\n.*Received: from client.example \\(client.example \\[192.0.2.1\\]\\)",
            text);
        var evidence = target.Evidence!;
        Assert.Equal(
            ("ann", "there.example", "there.example", SenderProof.Strict, SenderProof.Pass, SenderProof.Pass),
            (evidence.FromLocalPart, evidence.FromDomain, evidence.FromOrganization, evidence.From, evidence.MailFrom, evidence.Ehlo));
        Assert.Equal(["there.example"], evidence.SigningDomains);
        var evaluation = Assert.Single(_delivery.Store.Evaluations);
        Assert.Equal(("there.example", false, "none"), (evaluation.PolicyDomain, evaluation.IsOptional, evaluation.Details.Disposition));
        Assert.True(evaluation.Details is { IsDkimAligned: true, IsSpfAligned: true, EnvelopeTo: "here.example", HeaderFrom: "there.example" });
        Assert.Equal([new DmarcDkimResult("there.example", "s", "pass")], evaluation.Details.Dkim);
        Assert.Equal([new DmarcSpfResult("there.example", "mfrom", "pass")], evaluation.Details.Spf);
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", 0, true)]
    [InlineData("v=DMARC1; p=quarantine", 0, true)]
    [InlineData("v=DMARC1; p=none; rua=mailto:r@there.example", 0, false)]
    [InlineData("v=DMARC1; p=quarantine; pct=10", 9, true)]
    [InlineData("v=DMARC1; p=quarantine; pct=10", 10, false)]
    [InlineData("v=DMARC1; p=reject; pct=banana", 0, false)]
    [InlineData("v=spf1 -all", 0, false)]
    public async Task ForgedMail_IsRefusedAsTheDomainWants(string policy, int draw, bool isRefused)
    {
        _delivery.Dns.Txt(Policy, policy);
        _delivery.Draw = draw;
        var result = await _delivery.SendFromAsync("a@there.example", Stranger, SignedMail.Unsigned, null, "alice@here.example");
        Assert.Equal(isRefused ? 550 : 250, result.Reply.Code);
        if (isRefused)
        {
            Assert.Equal("5.7.26", result.Reply.Status.ToString());
            Assert.Contains("there.example", result.Reply.Text, StringComparison.Ordinal);
            Assert.Contains("SPF for there.example is fail, there is no DKIM signature", result.Reply.Text, StringComparison.Ordinal);
            Assert.Empty(_delivery.Store.Delivered);
            Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.messages", ("outcome", "DmarcPolicy")));
            Assert.Contains(_delivery.Logs.Entries, e => e.Message.Contains("reason=DmarcPolicy", StringComparison.Ordinal)
                && e.Message.EndsWith("spf=fail dkim=none dmarc=fail", StringComparison.Ordinal));
        }
        else
        {
            var (target, text) = Assert.Single(_delivery.Store.Delivered);
            Assert.Contains("spf=fail", text, StringComparison.Ordinal);
            Assert.Contains("dmarc=", text, StringComparison.Ordinal);
            Assert.False(target.Evidence!.IsFromProven);
            Assert.Equal(SenderProof.Fail, target.Evidence.MailFrom);
        }
    }

    [Fact]
    public async Task ChangedMail_ThatWasSigned_IsRefused_AndKeptForTheReportWithoutCausingOne()
    {
        _delivery.Dns.Txt(Policy, "v=DMARC1; p=quarantine; rua=mailto:r@there.example");
        string message = (await SignedMail.SignAsync(_delivery.Dns, _delivery.Time)).Replace("hello", "hallo", StringComparison.Ordinal);
        var result = await _delivery.SendFromAsync("a@there.example", Stranger, message, null, "alice@here.example");
        Assert.Equal("550 5.7.26", result.Reply.ToString()[..10]);
        Assert.Contains("DKIM is fail for there.example", result.Reply.Text, StringComparison.Ordinal);
        var evaluation = Assert.Single(_delivery.Store.Evaluations);
        Assert.Equal((true, "reject"), (evaluation.IsOptional, evaluation.Details.Disposition));
        Assert.Equal(["local_policy"], evaluation.Details.OverrideReasons);
    }

    [Theory]
    [InlineData("s._domainkey.there.example", "dkim=temperror", "dmarc=temperror")]
    [InlineData("spf.there.example", "spf=temperror", "dmarc=temperror")]
    [InlineData(Policy, "dmarc=temperror", "header.from=there.example")]
    [InlineData("203.0.113.9", "iprev=temperror", "dmarc=pass")]
    public async Task FailingDns_RefusesNobody(string name, string first, string second)
    {
        // A name of the client that cannot be asked for; the signature of another selector may still pass.
        string message = await SignedMail.SignAsync(_delivery.Dns, _delivery.Time);
        _delivery.Dns.Forget("there.example").Mx("there.example", 10, "mx.there.example").Txt("there.example", "v=spf1 include:spf.there.example -all")
            .Txt("spf.there.example", "v=spf1 -all").Txt(Policy, "v=DMARC1; p=reject");
        message = name == "spf.there.example" ? SignedMail.Unsigned : message;
        _delivery.Dns.Timeout(name == "203.0.113.9" ? DnsName.Of(IPAddress.Parse(name)).ToString() : name);
        var result = await _delivery.SendFromAsync("a@there.example", Stranger, message, null, "alice@here.example");
        Assert.Equal(250, result.Reply.Code);
        string text = Assert.Single(_delivery.Store.Delivered).Text;
        Assert.Contains(first, text, StringComparison.Ordinal);
        Assert.Contains(second, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s._domainkey.there.example", "dkim=temperror", "dkim")]
    [InlineData("there.example", "spf=temperror", null)]
    [InlineData("client.example", "iprev=temperror", "iprev")]
    public async Task SlowDns_EndsByTheDeadline_AndRefusesNobody(string name, string expected, string? late)
    {
        _delivery.Dns.Txt(Policy, "v=DMARC1; p=reject");
        string message = await SignedMail.SignAsync(_delivery.Dns, _delivery.Time);
        await using var transaction = await _delivery.Mail.BeginAsync(DeliveryFixture.Peer, DeliveryFixture.From("a@there.example"), default);
        _delivery.Dns.Slow(name, TimeSpan.FromHours(1)).Slow(Policy, TimeSpan.Zero);
        if (name == "there.example")
        {
            _delivery.Dns.Slow("s._domainkey.there.example", TimeSpan.Zero);
        }
        await transaction.AddRecipientAsync(new RecipientRequest(DeliveryFixture.To("alice@here.example")), default);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(message);
        transaction.Write(bytes);
        var delivering = transaction.DeliverAsync(new(bytes.Length, 0, false, false, _delivery.Time.GetUtcNow()), default).AsTask();
        await _delivery.Time.WaitForTimerAsync(SenderCheck.Deadline);
        Assert.False(delivering.IsCompleted);
        _delivery.Time.Advance(SenderCheck.Deadline);
        Assert.Equal(250, (await delivering).Reply.Code);
        Assert.Contains(expected, Assert.Single(_delivery.Store.Delivered).Text, StringComparison.Ordinal);
        Assert.Equal(late is null ? 0 : 1, _delivery.Metrics.Sum("mox.delivery.checks.late"));
        Assert.Equal(late is null ? 0 : 1, _delivery.Metrics.Sum("mox.delivery.checks.late", ("check", late)));
    }

    [Fact]
    public async Task Client_ThatGoesWhileDnsIsSlow_LeavesNothingRunning()
    {
        await using (var transaction = await _delivery.Mail.BeginAsync(DeliveryFixture.Peer, DeliveryFixture.From("a@there.example"), default))
        {
            _delivery.Dns.Slow("there.example", TimeSpan.FromHours(1)).Slow("client.example", TimeSpan.FromHours(1));
            await transaction.AddRecipientAsync(new RecipientRequest(DeliveryFixture.To("alice@here.example")), default);
            Assert.True(_delivery.Time.ActiveTimers > 0);
        }
        Assert.Equal(0, _delivery.Time.ActiveTimers);
    }

    [Fact]
    public async Task SecondRecipient_IsTakenOnlyWhereSpfPasses_AndSpfIsAskedOnce()
    {
        await using (var transaction = await _delivery.Mail.BeginAsync(Stranger, DeliveryFixture.From("a@there.example"), default))
        {
            Assert.Equal(250, (await RcptAsync(transaction, "alice@here.example")).Code);
            Assert.Equal("550 5.1.1", (await RcptAsync(transaction, "x@away.example")).ToString()[..9]);
            Assert.Equal("452 4.5.3", (await RcptAsync(transaction, "bob@here.example")).ToString()[..9]);
            Assert.Equal("452 4.5.3", (await RcptAsync(transaction, "nobody@here.example")).ToString()[..9]);
        }
        Assert.Equal(1, SpfQuestions());
        var result = await _delivery.SendAsync("alice@here.example", "bob@here.example", "nobody@here.example");
        Assert.Equal([250, 250, 550], result.Recipients.Select(r => r.Reply.Code));
        Assert.Equal(2, SpfQuestions());

        int SpfQuestions() => _delivery.Dns.Questions.Count(q => q == (DnsName.Parse("there.example"), "TXT"));
    }

    [Fact]
    public async Task ForgedResults_AreRemoved_AndOthersStay()
    {
        const string Kept = "Authentication-Results: elsewhere.example; spf=fail\r\nSubject: x\r\n\r\nAuthentication-Results: mail.example; none\r\n";
        await _delivery.SendContentAsync("Authentication-Results: mail.example;\r\n\tdmarc=pass header.from=bank.example\r\n" + Kept, null, "alice@here.example");
        string text = Assert.Single(_delivery.Store.Delivered).Text;
        Assert.DoesNotContain("bank.example", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n" + Kept, text, StringComparison.Ordinal);
        Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.results.forged"));
    }

    [Theory]
    [InlineData("From: a@there.example\r\nFrom: b@bank.example\r\n", 550)]
    [InlineData("From: a@there.example, b@bank.example\r\n", 550)]
    [InlineData("From: g: a@there.example, b@bank.example;\r\n", 550)]
    [InlineData("From: \"a@bank.example\0\" <a@there.example>\r\n", 550)]
    [InlineData("From: a@there.example, b@there.example\r\n", 250)]
    [InlineData("From: undisclosed:;\r\n", 250)]
    [InlineData("From: nobody\r\n", 250)]
    public async Task From_ThatDeceivesReaders_IsRefused(string from, int code)
    {
        var result = await _delivery.SendContentAsync(from + "Subject: x\r\n\r\nhello\r\n", null, "alice@here.example");
        Assert.Equal(code, result.Reply.Code);
        Assert.Equal(code == 550 ? "5.6.0" : "2.0.0", result.Reply.Status.ToString());
    }

    [Fact]
    public async Task MailOfOurOwnQueue_NeedsNoClient_AndItsSenderIsProven()
    {
        var queue = DeliveryFixture.Peer with { RemoteIp = IPAddress.Loopback, IsOwnQueue = true };
        var result = await _delivery.SendFromAsync(
            "alice@here.example", queue, "From: alice@here.example\r\n\r\nhello\r\n", null, "bob@here.example", "alice@here.example");
        Assert.Equal(250, result.Reply.Code);
        Assert.All(_delivery.Store.Delivered, delivered =>
        {
            Assert.Contains("Authentication-Results: mail.example;\r\n\tauth=pass\r\n\t\tsmtp.mailfrom=alice@here.example;\r\n\tdkim=none\r\n", delivered.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Received-SPF", delivered.Text, StringComparison.Ordinal);
            Assert.Equal((SenderProof.Strict, SenderProof.Strict), (delivered.Target.Evidence!.From, delivered.Target.Evidence.MailFrom));
        });
        Assert.Empty(_delivery.Dns.Questions);
    }

    [Fact]
    public async Task ClosedAlias_TakesMailOfProvenMembersOnly()
    {
        string message = SignedMail.Unsigned.Replace("ann@there.example", "Bob+x@here.example", StringComparison.Ordinal);
        Assert.Equal("550 5.7.2", (await _delivery.SendContentAsync(message, null, "closed@here.example")).Reply.ToString()[..9]);
        Assert.Equal("550 5.7.2", (await _delivery.SendContentAsync(SignedMail.Unsigned, null, "closed@here.example")).Reply.ToString()[..9]);
        Assert.Empty(_delivery.Store.Delivered);
        string signed = await SignedMail.SignAsync(_delivery.Dns, _delivery.Time, "here.example", message);
        Assert.Equal(250, (await _delivery.SendContentAsync(signed, null, "closed@here.example")).Reply.Code);
        Assert.Equal(["alice", "bob"], _delivery.Store.Accounts);
        // Who is written to directly gets it in any case.
        _delivery.Store.Delivered.Clear();
        var both = await _delivery.SendContentAsync(SignedMail.Unsigned, null, "closed@here.example", "bob@here.example");
        Assert.Equal([550, 250], both.Recipients.Select(r => r.Reply.Code));
        Assert.Equal(["bob"], _delivery.Store.Accounts);
    }

    [Fact]
    public async Task NameOfTheClient_ThatIsNoHostName_StaysOutOfReceived()
    {
        _delivery.Dns.Forget(DnsName.Of(DeliveryFixture.Peer.RemoteIp).ToString()).Ptr("192.0.2.1", "a(b.example").Address("a(b.example", "192.0.2.1");
        await _delivery.SendAsync("alice@here.example");
        Assert.Contains("Received: from client.example ([192.0.2.1]) by", Assert.Single(_delivery.Store.Delivered).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_OfASubdomain_IsRelaxedWithoutAPolicy_AndDmarcWithOne()
    {
        const string Message = "From: ann@sub.there.example\r\n\r\nhello\r\n";
        await _delivery.SendContentAsync(Message, null, "alice@here.example");
        _delivery.Dns.Txt(Policy, "v=DMARC1; p=reject");
        await _delivery.SendContentAsync(Message, null, "alice@here.example");
        Assert.Equal([SenderProof.Relaxed, SenderProof.Dmarc], _delivery.Store.Delivered.Select(d => d.Target.Evidence!.From));
        Assert.All(_delivery.Store.Delivered, d => Assert.Equal("there.example", d.Target.Evidence!.FromOrganization));
    }

    private static async Task<SmtpReply> RcptAsync(Mox.Smtp.Server.IMailTransaction transaction, string recipient) =>
        await transaction.AddRecipientAsync(new RecipientRequest(DeliveryFixture.To(recipient)), default);
}
