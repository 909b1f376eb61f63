using System.Net;
using System.Text;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;
using Mox.Testing;

namespace Mox.Delivery.Tests;

/// <summary>What a sender hears of a message that some have got: 250 and a report, where one can be sent.</summary>
public sealed class ReportingMailTests : IDisposable
{
    private readonly DeliveryFixture _delivery = new();
    private readonly FakeReports _reports = new();

    public void Dispose() => _delivery.Dispose();

    [Fact]
    public async Task KnownAndUnknown_Is250WithAReportAboutTheUnknown()
    {
        var result = await SendAsync(To("alice@here.example"), To("nobody@here.example"));
        Assert.Equal("250 2.0.0 delivered to 1 of 2 recipients; a report tells the sender about the others", result.Reply.ToString());
        Assert.Equal(["alice"], _delivery.Store.Accounts);
        var report = Assert.Single(_reports.Sent);
        Assert.Equal("a@there.example", report.To.ToString());
        Assert.Equal("<1@there.example>", report.MessageId);
        Assert.Equal("Subject: x\r\n\r\n", Encoding.ASCII.GetString(report.Original.Span));
        Assert.False(report.IsWholeOriginal);
        var about = Assert.Single(report.Recipients);
        Assert.Equal("nobody@here.example", about.Request.Path.ToString());
        Assert.Equal(Replies.UnknownUser, about.Reply);
        Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.reports", ("result", "queued")));
        // Guessing addresses stays slow.
        Assert.Equal(TimeSpan.FromSeconds(5), result.Delay);
    }

    [Fact]
    public async Task AllFailed_IsTheErrorAlone()
    {
        Assert.Equal("550 5.1.1", Short(await SendAsync(To("nobody@here.example"), To("nemo@here.example", DsnNotify.Success | DsnNotify.Failure))));
        Assert.Equal("550 5.1.1", Short(await SendAsync(To("nobody@here.example"))));
        _delivery.Store.At = (step, _) => Throw(step == "deliver", new AccountUnavailableException("any"));
        Assert.Equal("451 4.3.0", Short(await SendAsync(To("alice@here.example"), To("bob@here.example"))));
        Assert.Empty(_reports.Sent);
    }

    [Fact]
    public async Task AFaultOfOursForOne_IsTriedAgain_AndThenTheOthersAreReported()
    {
        _delivery.Store.At = (step, account) => Throw(step == "deliver" && account == "bob", new AccountUnavailableException("bob"));
        Assert.Equal(451, (await SendAsync(To("alice@here.example"), To("bob@here.example"), To("nobody@here.example"))).Reply.Code);
        Assert.Empty(_reports.Sent);
        _delivery.Store.At = (_, _) => { };
        Assert.Equal(250, (await SendAsync(To("alice@here.example"), To("bob@here.example"), To("nobody@here.example"))).Reply.Code);
        Assert.Equal("nobody@here.example", Assert.Single(Assert.Single(_reports.Sent).Recipients).Request.Path.ToString());
        Assert.Equal(["alice", "bob"], _delivery.Store.Accounts);
    }

    [Fact]
    public async Task AFullMailboxBesideOthers_IsReported()
    {
        _delivery.Store.At = (step, account) => Throw(step == "deliver" && account == "bob", new QuotaExceededException(1));
        Assert.Equal(250, (await SendAsync(To("alice@here.example"), To("bob@here.example"))).Reply.Code);
        Assert.Equal(Replies.OverQuota, Assert.Single(Assert.Single(_reports.Sent).Recipients).Reply);
        Assert.Equal("452 4.2.2", Short(await SendAsync(To("bob@here.example"))));
    }

    [Fact]
    public async Task NotQueued_IsTheErrorAsBefore()
    {
        _reports.Answer = false;
        Assert.Equal("550 5.1.1 no such user here; delivered to 1 of 2 recipients, not to <nobody@here.example>",
            (await SendAsync(To("alice@here.example"), To("nobody@here.example"))).Reply.ToString());
        Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.reports", ("result", "failed")));
        // The message is there, and an error would bring it again.
        Assert.Equal(250, (await SendAsync(To("alice@here.example", DsnNotify.Success))).Reply.Code);
    }

    [Fact]
    public async Task Notify_SaysWhatIsReported()
    {
        Assert.Equal("250 2.0.0 delivered to 1 of 2 recipients", (await SendAsync(To("alice@here.example"), To("nobody@here.example", DsnNotify.Never))).Reply.ToString());
        Assert.Equal(250, (await SendAsync(To("alice@here.example", DsnNotify.Failure), To("nobody@here.example", DsnNotify.Success | DsnNotify.Delay))).Reply.Code);
        Assert.Equal(250, (await SendAsync(To("alice@here.example", DsnNotify.Never))).Reply.Code);
        Assert.Empty(_reports.Sent);
        Assert.Equal("250 2.0.0 delivered", (await SendAsync(To("alice@here.example", DsnNotify.Success))).Reply.ToString());
        Assert.Equal(Replies.Delivered, Assert.Single(Assert.Single(_reports.Sent).Recipients).Reply);
        // Both in one report, an address once.
        Assert.Equal(250, (await SendAsync(To("bob@here.example", DsnNotify.Success), To("bob@here.example"), To("nobody@here.example", DsnNotify.Failure))).Reply.Code);
        Assert.Equal(["bob@here.example", "nobody@here.example"], _reports.Sent[1].Recipients.Select(r => r.Request.Path.ToString()));
    }

    [Theory]
    [InlineData(DsnReturn.Full, "nobody@here.example", true)]
    [InlineData(DsnReturn.Headers, "nobody@here.example", false)]
    [InlineData(DsnReturn.Full, "bob@here.example", false)]
    public async Task Ret_IsHonouredForFailures(DsnReturn ret, string other, bool isWhole)
    {
        var dsn = new DsnRequest(ret, "id 1");
        await SendAsync(DeliveryFixture.From("a@there.example") with { Dsn = dsn }, To("alice@here.example", DsnNotify.Success), To(other));
        var report = Assert.Single(_reports.Sent);
        Assert.Equal(isWhole, report.IsWholeOriginal);
        Assert.Equal(isWhole ? "Subject: x\r\n\r\nhello\r\n" : "Subject: x\r\n\r\n", Encoding.ASCII.GetString(report.Original.Span));
        Assert.Equal(dsn, report.Dsn);
    }

    [Fact]
    public async Task NullReversePath_IsNeverReported()
    {
        Assert.Equal(250, (await SendAsync(DeliveryFixture.From(""), To("alice@here.example", DsnNotify.Success))).Reply.Code);
        Assert.Equal("550 5.1.1", Short(await SendAsync(DeliveryFixture.From(""), To("alice@here.example"), To("nobody@here.example"))));
        Assert.Empty(_reports.Sent);
    }

    [Fact]
    public async Task ForgedSenders_AreNotFlooded()
    {
        var mail = Mail();
        for (int i = 0; i < ReportLimits.PerSender; i++)
        {
            Assert.Equal(250, (await SendAsync(mail, DeliveryFixture.From(i % 2 == 0 ? "a@there.example" : "A@there.example"), To("alice@here.example"), To("nobody@here.example"))).Reply.Code);
        }
        Assert.Equal(550, (await SendAsync(mail, DeliveryFixture.From("a@there.example"), To("alice@here.example"), To("nobody@here.example"))).Reply.Code);
        Assert.Equal(250, (await SendAsync(mail, DeliveryFixture.From("b@there.example"), To("alice@here.example"), To("nobody@here.example"))).Reply.Code);
        Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.reports", ("result", "limited")));
        Assert.Single(_delivery.Logs.Entries, e => e.Message.StartsWith("no report, there were too many to=a@there.example remote=192.0.2.1", StringComparison.Ordinal));
        _delivery.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(250, (await SendAsync(mail, DeliveryFixture.From("a@there.example"), To("alice@here.example"), To("nobody@here.example"))).Reply.Code);
    }

    [Fact]
    public void ReportLimits_OfANetwork_HoldForAllSenders()
    {
        var limits = new ReportLimits(_delivery.Time);
        var remote = IPAddress.Parse("198.51.100.7");
        for (int i = 0; i < ReportLimits.PerNetwork; i++)
        {
            Assert.True(limits.TryAdd(remote, Addresses.Address.Parse($"a{i}@there.example")));
        }
        Assert.False(limits.TryAdd(remote, Addresses.Address.Parse("a@there.example")));
        Assert.True(limits.TryAdd(IPAddress.Parse("203.0.113.1"), Addresses.Address.Parse("a@there.example")));
    }

    private static string Short(InboundResult result) => result.Reply.ToString()[..9];

    private static RecipientRequest To(string address, DsnNotify? notify = null) => new(DeliveryFixture.To(address), notify);

    private static void Throw(bool now, Exception exception)
    {
        if (now)
        {
            throw exception;
        }
    }

    private ReportingMail Mail() => new(_delivery.Mail, _reports, new DeliveryMetrics(_delivery.Metrics), _delivery.Time, _delivery.Options,
        new RecordingLogger<ReportingMail>(_delivery.Logs));

    private Task<InboundResult> SendAsync(params RecipientRequest[] recipients) => SendAsync(DeliveryFixture.From("a@there.example"), recipients);

    private Task<InboundResult> SendAsync(Envelope envelope, params RecipientRequest[] recipients) => SendAsync(Mail(), envelope, recipients);

    private async Task<InboundResult> SendAsync(ReportingMail mail, Envelope envelope, params RecipientRequest[] recipients)
    {
        await using var transaction = await mail.BeginAsync(DeliveryFixture.Peer, envelope, default);
        foreach (var recipient in recipients)
        {
            Assert.True((await transaction.AddRecipientAsync(recipient, default)).IsPositive);
        }
        transaction.Write("Subject: x\r\n\r\n"u8);
        transaction.Write("hello\r\n"u8);
        return await transaction.DeliverAsync(new ContentFacts(21, 0, false, false, _delivery.Time.GetUtcNow()) { MessageId = "<1@there.example>" }, default);
    }

    private sealed class FakeReports : INonDelivery
    {
        public List<DeliveryReport> Sent { get; } = [];

        public bool Answer { get; set; } = true;

        public ValueTask<bool> TryReportAsync(DeliveryReport report, CancellationToken ct)
        {
            if (Answer)
            {
                Sent.Add(report);
            }
            return new(Answer);
        }
    }
}
