using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>The whole server behind a proxy that tells who the client is (HAProxy's PROXY protocol).</summary>
public class ProxyProtocolTests
{
    private static readonly IPEndPoint Mx = IPEndPoint.Parse("198.51.100.1:25");

    public static TheoryData<string, byte[], string> Clients => new()
    {
        { "v1", ProxyHeaders.V1(Client("192.0.2.7"), Mx), "([192.0.2.7])*([198.51.100.1])" },
        { "v1, IPv6", ProxyHeaders.V1(Client("2001:db8::7"), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 25)), "([IPv6:2001:db8::7])*([IPv6:2001:db8::1])" },
        { "v2", ProxyHeaders.V2(Client("192.0.2.7"), Mx, ProxyHeaders.Field(4, 1, 2, 3)), "([192.0.2.7])*([198.51.100.1])" },
        { "v2, IPv6", ProxyHeaders.V2(Client("2001:db8::7"), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 25)), "([IPv6:2001:db8::7])*([IPv6:2001:db8::1])" },
        { "v2, LOCAL", ProxyHeaders.V2(0x20, 0, []), "(localhost [127.0.0.1])*([127.0.0.1])" },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Mail_ThroughProxy_IsReceivedFromTheClient(string what, byte[] header, string addresses)
    {
        Assert.NotEmpty(what);
        await using TestServer server = await StartAsync("127.0.0.1");
        await using (LineClient smtp = await server.ConnectPlainAsync("SMTP"))
        {
            // With the first command in the same segment.
            await smtp.SendAsync(Bytes(header, "EHLO client.example\r\n"u8));
            await Transcript.RunAsync(smtp, """
                S: 220 *
                S...
                S: 250 *
                C: MAIL FROM:<alice@example.org>
                S: 250 *
                C: RCPT TO:<mox@localhost>
                S: 250 *
                C: DATA
                S: 354 *
                C: Subject: hello
                C:
                C: .
                S: 250 *
                C: QUIT
                S: 221 *
                S: <eof>
                """);
        }

        await using LineClient imap = await server.ConnectPlainAsync("IMAPS");
        await imap.SendAsync(header);
        await imap.StartTlsAsync("localhost", applicationProtocols: "imap");
        await Transcript.RunAsync(imap, MailPathTests.Login + """
            C: a EXAMINE INBOX
            S...
            S: a OK *
            C: b FETCH 1 BODY[HEADER.FIELDS (RECEIVED)]
            S: * 1 FETCH *
            """);
        string received = "";
        while (await imap.ReadLineAsync() is { } line && !line.StartsWith("b OK", StringComparison.Ordinal))
        {
            received += line + " ";
        }

        string[] ends = addresses.Split('*');
        Assert.Matches($"^Received: from client.example\\s+{Escape(ends[0])}\\s+by \\S+\\s+{Escape(ends[1])}\\s", received);
    }

    [Theory]
    [InlineData("SMTP", "S: 220 *\nS: 5*\nS: <eof>")]
    [InlineData("IMAP", "S: * OK *\nS: *\nS: <eof>")]
    public async Task Header_FromAnybodyElse_IsAnUnknownCommand(string service, string script)
    {
        await using TestServer server = await StartAsync("127.0.0.2");
        foreach (byte[] header in (byte[][])[ProxyHeaders.V1(Client("192.0.2.7"), Mx), ProxyHeaders.V2(Client("192.0.2.7"), Mx)])
        {
            await using LineClient client = await server.ConnectPlainAsync(service);
            await client.SendAsync(header);
            await Transcript.RunAsync(client, script);
        }

        await server.StopAsync();
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level > LogLevel.Trace && entry.ToString().Contains("192.0.2.7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_ThroughProxy_AreServed()
    {
        await using TestServer server = await StartAsync("127.0.0.1", config => config with
        {
            Listeners = [config.Listeners[0] with { Metrics = new MetricsListenerConfig { Port = 0 } }],
        });
        await using LineClient http = await server.ConnectPlainAsync("metrics");
        await http.SendAsync(Bytes(ProxyHeaders.V2(Client("192.0.2.7"), Mx), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8));
        Assert.Equal("HTTP/1.1 200 OK", await http.ReadLineAsync());
        await using LineClient bare = await server.ConnectPlainAsync("metrics");
        await bare.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Null(await bare.ReadLineAsync());
    }

    [Fact]
    public async Task Client_WithoutProxy_IsServedAsEver()
    {
        await using TestServer server = await StartAsync("127.0.0.2");
        await server.PlayAsync("SMTP", "S: 220 *\nC: NOOP\nS: 250 *");
        await server.PlayAsync("IMAPS", MailPathTests.Login);
    }

    [Theory]
    [InlineData("SMTP", "EHLO client.example\r\n")]
    [InlineData("IMAP", "a NOOP\r\n")]
    [InlineData("IMAPS", "\u0016\u0003\u0001\u0002\u0000\u0001")]
    public async Task Proxy_WithoutHeader_IsClosedUnheard(string service, string sent)
    {
        await using TestServer server = await StartAsync("127.0.0.0/8");
        await using LineClient client = await server.ConnectPlainAsync(service);
        await client.SendAsync(sent);
        Assert.Null(await client.ReadLineAsync());
        await server.StopAsync();
        LogEntry line = Assert.Single(server.Log.Entries, entry => entry.Message.Contains("PROXY header", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Debug, line.Level);
    }

    [Fact]
    public async Task ConnectionLimits_ThroughProxy_AreTheClients()
    {
        await using TestServer server = await StartAsync("127.0.0.1", config => config with { Limits = new LimitsConfig { ConcurrentConnections = 2 } });
        var open = new List<LineClient>();
        try
        {
            foreach (string address in (string[])["192.0.2.7", "192.0.2.7", "198.51.100.7", "203.0.113.7", "2001:db8::7", "198.51.100.7"])
            {
                open.Add(await SmtpFromAsync(server, address));
                await Transcript.RunAsync(open[^1], "S: 220 *");
            }

            await using LineClient tooMany = await SmtpFromAsync(server, "192.0.2.7");
            await Transcript.RunAsync(tooMany, "S: 421 *");
        }
        finally
        {
            foreach (LineClient client in open)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task FailedLogin_ThroughProxy_IsLoggedWithTheClient()
    {
        await using TestServer server = await StartAsync("127.0.0.1");
        await using LineClient imap = await server.ConnectPlainAsync("IMAPS");
        await imap.SendAsync(ProxyHeaders.V2(Client("192.0.2.7"), Mx));
        await imap.StartTlsAsync("localhost", applicationProtocols: "imap");
        await Transcript.RunAsync(imap, "S: * OK *\nC: a LOGIN mox@localhost wrong\nS: a NO *");
        await server.StopAsync();
        Assert.Single(server.Log.AtLeast(LogLevel.Information), entry => entry.Message.Contains(" remote=192.0.2.7 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Abuse2_CommandsBehindProxyHeaderAndStartTls_AreNeverRun()
    {
        await using TestServer server = await StartAsync("127.0.0.1");
        foreach (byte[] header in (byte[][])[ProxyHeaders.V1(Client("192.0.2.7"), Mx), ProxyHeaders.V2(Client("192.0.2.7"), Mx)])
        {
            await using LineClient smtp = await server.ConnectPlainAsync("SMTP");
            await smtp.SendAsync(Bytes(header, "EHLO a.example\r\nSTARTTLS\r\nNOOP\r\n"u8));
            await Transcript.RunAsync(smtp, "S: 220 *\nS...\nS: 250 *\nS: 5*\nS: <eof>");

            await using LineClient imap = await server.ConnectPlainAsync("IMAP");
            await imap.SendAsync(Bytes(header, "a STARTTLS\r\nb NOOP\r\n"u8));
            await Transcript.RunAsync(imap, "S: * OK *\nS: * BYE *\nS: a BAD *\nS: <eof>");

            // Clear text behind the header does not get through the handshake.
            await using LineClient imaps = await server.ConnectPlainAsync("IMAPS");
            await imaps.SendAsync(Bytes(header, "a NOOP\r\n"u8));
            Assert.Null(await imaps.ReadLineAsync());
        }
    }

    [Theory]
    [InlineData("SMTP", "S: 220 *\nC: EHLO a.example\nS...\nS: 250 *\nC: STARTTLS\nS: 220 *\nC: <tls>", "S: 5*")]
    [InlineData("IMAP", "S: * OK *\nC: a STARTTLS\nS: a OK *\nC: <tls>", "S: *")]
    public async Task Abuse2_SecondProxyHeader_IsACommandInTheClearAndInTls(string service, string startTls, string refusal)
    {
        await using TestServer server = await StartAsync("127.0.0.1");
        byte[] header = ProxyHeaders.V1(Client("192.0.2.7"), Mx);
        byte[] forged = ProxyHeaders.V1(Client("203.0.113.66"), Mx);
        await using (LineClient clear = await server.ConnectPlainAsync(service))
        {
            await clear.SendAsync(Bytes(header, forged));
            await Transcript.RunAsync(clear, service == "SMTP" ? "S: 220 *\nS: 5*\nS: <eof>" : "S: * OK *\nS: *\nS: <eof>");
        }

        await using (LineClient tls = await server.ConnectPlainAsync(service))
        {
            await tls.SendAsync(header);
            await Transcript.RunAsync(tls, startTls);
            await tls.SendAsync(forged);
            await Transcript.RunAsync(tls, refusal);
        }

        await server.StopAsync();
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level > LogLevel.Trace && entry.ToString().Contains("203.0.113.66", StringComparison.Ordinal));
    }

    private static Task<TestServer> StartAsync(string trusted, Func<MoxConfig, MoxConfig>? configure = null)
    {
        IPNetwork network = trusted.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(trusted) : IPNetwork.Parse(trusted + "/32");
        return TestServer.StartAsync(config => (configure ?? (same => same))(config with
        {
            Listeners = [.. config.Listeners.Select(listener => listener with { TrustedProxies = [network] })],
        }));
    }

    private static async Task<LineClient> SmtpFromAsync(TestServer server, string address)
    {
        LineClient client = await server.ConnectPlainAsync("SMTP");
        await client.SendAsync(ProxyHeaders.V1(Client(address), address.Contains(':', StringComparison.Ordinal) ? new IPEndPoint(IPAddress.IPv6Loopback, 25) : Mx));
        return client;
    }

    // In one segment.
    private static byte[] Bytes(byte[] header, ReadOnlySpan<byte> behind) => [.. header, .. behind];

    private static IPEndPoint Client(string address) => new(IPAddress.Parse(address), 56_324);

    private static string Escape(string text) => System.Text.RegularExpressions.Regex.Escape(text);
}
