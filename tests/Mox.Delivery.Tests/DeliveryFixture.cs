using System.Net;
using System.Text;
using Mox.Addresses;
using Mox.Config;
using Mox.Delivery.Senders;
using Mox.EmailAuth;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Delivery.Tests;

/// <summary>Delivery over a fake store: accounts alice and bob at here.example, some aliases, a disabled domain.</summary>
internal sealed class DeliveryFixture : IDisposable
{
    public DeliveryFixture(DeliveryOptions? options = null)
    {
        Options = options ?? new DeliveryOptions();
        Dns = Names(Time);
        var metrics = new DeliveryMetrics(Metrics);
        var senders = new SenderChecks(Dns, new EmailAuthMetrics(Metrics), metrics, Time, () => Draw);
        Mail = new InboundMail(Store, senders, new ConfiguredRecipients(LiveConfig.Fixed(Config)), metrics, Time, Options,
            new RecordingLogger<InboundMail>(Logs));
    }

    public static MoxConfig Config { get; } = ConfigLoader.Parse("""
        { "Mox": { "Hostname": "mail.example", "DataDirectory": "data", "Postmaster": { "Account": "alice" },
            "Listeners": { "public": { "Addresses": [ "127.0.0.1" ], "Smtp": {} } } } }
        """u8.ToArray(), """
        { "Domains": {
            "here.example": { "LocalPartSeparators": [ "+" ], "Aliases": {
                "all": { "Addresses": [ "alice@here.example", "bob@here.example" ] },
                "both": { "Addresses": [ "bob@here.example" ] },
                "closed": { "Addresses": [ "alice@here.example", "bob@here.example" ], "PostPublic": false } } },
            "off.example": { "Disabled": true } },
          "Accounts": {
            "alice": { "Destinations": { "alice@here.example": {}, "alice@off.example": {} } },
            "bob": { "Destinations": { "bob@here.example": { "Mailbox": "Lists/Work" }, "no@here.example": { "SmtpError": "550 never" }, "later@here.example": { "SmtpError": "421 later" } } } } }
        """u8.ToArray(), "/nowhere");

    public FakeMailStore Store { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public MetricRecorder Metrics { get; } = new();

    public DeliveryOptions Options { get; }

    public InboundMail Mail { get; }

    /// <summary>The names of the Internet: there.example, which has mail and lets <see cref="Peer"/> send for it, and the peer's own.</summary>
    public FakeDns Dns { get; }

    /// <summary>The number that pct of DMARC is held to.</summary>
    public int Draw { get; set; }

    public static SmtpPeer Peer { get; } = new()
    {
        Cid = "1",
        ReceivedId = "abc",
        RemoteIp = IPAddress.Parse("192.0.2.1"),
        LocalIp = IPAddress.Parse("2001:db8::1"),
        Hostname = "mail.example",
        Hello = new SmtpHost(Domain.Parse("client.example")),
        IsExtended = true,
    };

    public static FakeDns Names(TimeProvider time) => new FakeDns(time)
        .Mx("there.example", 10, "mx.there.example")
        .Txt("there.example", "v=spf1 ip4:192.0.2.1 -all")
        .Ptr("192.0.2.1", "client.example")
        .Address("client.example", "192.0.2.1")
        .Txt("client.example", "v=spf1 a -all");

    public static ForwardPath To(string address) =>
        address.Contains('@', StringComparison.Ordinal) && Address.Parse(address) is var a
            ? new ForwardPath(a.LocalPart, new SmtpHost(a.Domain))
            : new ForwardPath(LocalPart.Parse(address), null);

    public static Envelope From(string address, long? size = null) => new(
        address.Length == 0 ? ReversePath.Null : new ReversePath(new SmtpMailbox(Address.Parse(address).LocalPart, new SmtpHost(Address.Parse(address).Domain))),
        size, MailBody.SevenBit, SmtpUtf8: false);

    public async Task<SmtpReply> RcptAsync(string recipient, long? size = null, IInboundMail? mail = null)
    {
        await using var transaction = await (mail ?? Mail).BeginAsync(Peer, From("a@there.example", size), default);
        return await transaction.AddRecipientAsync(new RecipientRequest(To(recipient)), default);
    }

    /// <summary>A whole transaction; recipients that are refused are left out.</summary>
    public Task<InboundResult> SendContentAsync(string content, IInboundMail? mail, params string[] recipients) =>
        SendFromAsync("a@there.example", Peer, content, mail, recipients);

    /// <summary>The same from somebody else.</summary>
    public async Task<InboundResult> SendFromAsync(string from, SmtpPeer peer, string content, IInboundMail? mail, params string[] recipients)
    {
        await using var transaction = await (mail ?? Mail).BeginAsync(peer, From(from), default);
        foreach (string recipient in recipients)
        {
            await transaction.AddRecipientAsync(new RecipientRequest(To(recipient)), default);
        }
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        transaction.Write(bytes);
        return await transaction.DeliverAsync(new ContentFacts(bytes.Length, 0, false, false, Time.GetUtcNow()) { MessageId = "<1@there.example>" }, default);
    }

    public Task<InboundResult> SendAsync(params string[] recipients) => SendContentAsync("Subject: x\r\n\r\nhello\r\n", null, recipients);

    public void Dispose()
    {
        Assert.Equal(0, Store.Open);
        Metrics.Dispose();
    }
}
