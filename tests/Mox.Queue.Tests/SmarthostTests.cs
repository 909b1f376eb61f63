using Microsoft.Extensions.Logging.Abstractions;
using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;
using Mox.Smtp.Client;
using Mox.Testing;

namespace Mox.Queue.Tests;

public class SmarthostTests
{
    [Fact]
    public async Task Recipients_GetTheirOwnOutcomes_AndTheConnectionIsUsedAgain()
    {
        await using var hop = new NextHop();
        await using SmarthostTransport transport = Transport(hop.Port);
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        TransportResult result = await transport.DeliverAsync(Job(test, "good@example.net", "bad@example.net", "later@example.net"), default);
        Assert.Equal([OutcomeKind.Relayed, OutcomeKind.Permanent, OutcomeKind.Temporary], result.Recipients.Select(r => r.Kind));
        Assert.Equal((550, "no such user"), (result.Recipients[1].Code, result.Recipients[1].Text));
        Assert.True((await transport.DeliverAsync(Job(test, "good@example.net"), default)).Recipients[0].IsSuccess);
        Assert.Equal((1, 2), (hop.Connections, hop.Messages.Count));
        Assert.Equal("Prefix: 1\r\n" + TestQueue.Text(1), hop.Messages[0]);
    }

    [Fact]
    public async Task ConnectionThatTheServerClosed_IsReplaced_WithoutAFailure()
    {
        await using var hop = new NextHop { MessagesPerConnection = 1 };
        await using SmarthostTransport transport = Transport(hop.Port);
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        for (int i = 0; i < 3; i++)
        {
            Assert.True((await transport.DeliverAsync(Job(test, "good@example.net"), default)).Recipients[0].IsSuccess);
        }

        Assert.Equal((3, 3), (hop.Connections, hop.Messages.Count));
    }

    [Fact]
    public async Task DsnWishes_GoOn_WhereTheServerTakesThem()
    {
        await using var hop = new NextHop { Extensions = ["DSN"] };
        await using SmarthostTransport transport = Transport(hop.Port);
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        TransportResult result = await transport.DeliverAsync(Job(test, [TestQueue.To("good@example.net", DsnNotify.Success)]), default);
        Assert.Equal(OutcomeKind.HandedOn, result.Recipients[0].Kind);
        Assert.Contains(hop.Commands, c => c.StartsWith("RCPT", StringComparison.Ordinal) && c.Contains("NOTIFY=SUCCESS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerThatCannotBeReached_OrHasNoTls_IsTemporary()
    {
        await using TestQueue test = await TestQueue.StartAsync(runs: false);
        int port;
        await using (var hop = new NextHop())
        {
            port = hop.Port;
            await using SmarthostTransport strict = Transport(port, SmarthostTls.Required);
            Assert.Equal(OutcomeKind.Temporary, (await strict.DeliverAsync(Job(test, "good@example.net"), default)).Recipients[0].Kind);
            Assert.Empty(hop.Messages);
        }

        await using SmarthostTransport transport = Transport(port);
        RecipientOutcome outcome = (await transport.DeliverAsync(Job(test, "good@example.net"), default)).Recipients[0];
        Assert.Equal((OutcomeKind.Temporary, 0, new EnhancedStatus(4, 4, 1)), (outcome.Kind, outcome.Code, outcome.Status!.Value));
        Assert.Contains("connection refused", outcome.Text, StringComparison.Ordinal);
    }

    private static SmarthostTransport Transport(int port, SmarthostTls tls = SmarthostTls.Opportunistic) => new(
        "relay",
        new SmarthostConfig { Host = "127.0.0.1", Port = port, Tls = tls },
        new SmtpClientOptions { Hello = Domain.Parse("mx.example.org") },
        new Dialer(new FakeDns(), TimeProvider.System),
        TimeProvider.System,
        NullLogger.Instance);

    private static TransportJob Job(TestQueue test, params string[] to) => Job(test, [.. to.Select(t => TestQueue.To(t))]);

    private static TransportJob Job(TestQueue test, RecipientRequest[] to)
    {
        string path = Path.Combine(test.DataDirectory, "content");
        File.WriteAllText(path, TestQueue.Text(1));
        return new TransportJob(() => new Store.MessageContent("Prefix: 1\r\n"u8.ToArray(), File.OpenHandle(path), 11 + new FileInfo(path).Length))
        {
            MessageId = 1,
            Account = "alice",
            From = TestQueue.From(),
            Destination = new SmtpHost(Domain.Parse("example.net")),
            Recipients = to,
            Body = MailBody.SevenBit,
            NeedsSmtpUtf8 = false,
            SizeBytes = 11 + new FileInfo(path).Length,
            ReceivedCount = 1,
            Attempts = 0,
        };
    }
}
