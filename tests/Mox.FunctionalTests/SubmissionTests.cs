using System.Diagnostics.Metrics;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Store;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>Users log in and send, by every mechanism, through the whole server.</summary>
public class SubmissionTests
{
    private const string Login = "mox@localhost";
    private const string Password = "moxmoxmox";

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    public async Task Message_AfterEachMechanism_IsDelivered(string mechanism)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient client = await server.ConnectPlainAsync("submission");
        await Transcript.RunAsync(client, """
            S: 220 localhost ESMTP mox
            C: EHLO client.example
            S...
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 *
            """);
        // Channel binding is announced on TLS 1.2.
        await client.StartTlsAsync("localhost", SslProtocols.Tls12);
        Assert.Contains(mechanism, (await HelloAsync(client)).Split(' '));
        Assert.StartsWith("235 2.7.0 ", await AuthenticateAsync(client, Client(mechanism, client)), StringComparison.Ordinal);
        await SendAsync(client);
        await ReadAsync(server, mechanism);
    }

    [Fact]
    public async Task Message_AfterExternal_IsDelivered_AndOrdinaryClientsAreServed()
    {
        var server = new TestServer();
        await using (server)
        {
            using X509Certificate2 own = SelfSigned.Create(TimeProvider.System, ["client.example"]);
            await RegisterAsync(server, own);
            await server.StartAgainAsync();
            await using (LineClient client = await server.ConnectPlainAsync("submissions"))
            {
                client.Certificate = own;
                await client.StartTlsAsync("localhost", applicationProtocols: "smtp");
                await Transcript.RunAsync(client, "S: 220 *");
                Assert.StartsWith("EXTERNAL ", await HelloAsync(client), StringComparison.Ordinal);
                await client.SendLineAsync("AUTH EXTERNAL =");
                Assert.StartsWith("235 2.7.0 ", await client.ReadLineAsync(), StringComparison.Ordinal);
                await SendAsync(client);
            }

            using X509Certificate2 unknown = SelfSigned.Create(TimeProvider.System, ["client.example"]);
            await using (LineClient stranger = await server.ConnectPlainAsync("submissions"))
            {
                stranger.Certificate = unknown;
                await stranger.StartTlsAsync("localhost");
                await Transcript.RunAsync(stranger, "S: 220 *");
                await HelloAsync(stranger);
                await Transcript.RunAsync(stranger, "C: AUTH EXTERNAL =\nS: 535 5.7.8 *\nC: AUTH PLAIN AG1veEBsb2NhbGhvc3QAbW94bW94bW94\nS: 235 *\n");
            }

            await server.PlayAsync("submissions", "S: 220 *\nC: EHLO x\nS...\nS: 250 *\nC: AUTH EXTERNAL =\nS: 504 *\nC: QUIT\nS: 221 *\n");
            await ReadAsync(server, "EXTERNAL");

            // The same key opens IMAP.
            await using LineClient reader = await server.ConnectPlainAsync("IMAPS");
            reader.Certificate = own;
            await reader.StartTlsAsync("localhost", applicationProtocols: "imap");
            await Transcript.RunAsync(reader, "S: * OK *\nC: a AUTHENTICATE EXTERNAL =\nS: a OK *\n");
        }
    }

    [Fact]
    public async Task Submission_OfSomebodyElsesMail_IsRefused()
    {
        await using TestServer server = await TestServer.StartAsync(config => WithAccounts.Add(config));
        await server.PlayAsync("submissions", """
            S: 220 *
            C: EHLO x
            S...
            S: 250 *
            C: MAIL FROM:<mox@localhost>
            S: 530 5.7.0 *
            C: AUTH PLAIN AG1veEBsb2NhbGhvc3QAd3Jvbmc=
            S: 535 5.7.8 *
            C: AUTH PLAIN AG1veEBsb2NhbGhvc3QAbW94bW94bW94
            S: 235 *
            C: MAIL FROM:<anna@localhost>
            S: 550 5.7.1 *
            C: MAIL FROM:<anna@there.example>
            S: 550 5.7.1 *
            C: MAIL FROM:<mox@localhost>
            S: 250 *
            C: RCPT TO:<bob@there.example>
            S: 250 *
            C: DATA
            S: 354 *
            C: From: anna@localhost
            C:
            C: spoofed
            C: .
            S: 550 5.7.1 *
            """);
        Assert.Contains(server.Log.Entries, e => e.Message.StartsWith(
            "failed authentication attempt outcome=BadPassword login=mox@localhost account=mox protocol=submission mechanism=PLAIN remote=127.0.0.1", StringComparison.Ordinal));
    }

    private static SaslClient Client(string mechanism, LineClient client) => mechanism switch
    {
        "PLAIN" => SaslClient.Plain(Login, Password),
        "LOGIN" => SaslClient.Login(Login, Password),
        "SCRAM-SHA-256" => SaslClient.Scram(ScramHash.Sha256, Login, Password),
        _ => SaslClient.Scram(ScramHash.Sha256, Login, Password, ChannelBinding.TlsServerEndPoint((X509Certificate2)client.Tls!.RemoteCertificate!)),
    };

    // The mechanisms that are announced.
    private static async Task<string> HelloAsync(LineClient client)
    {
        await client.SendLineAsync("EHLO client.example");
        string mechanisms = "";
        for (string line = "250-"; line[3] == '-';)
        {
            line = (await client.ReadLineAsync())!;
            mechanisms = line[4..].StartsWith("AUTH ", StringComparison.Ordinal) ? line[9..] : mechanisms;
        }

        return mechanisms;
    }

    private static async Task<string> AuthenticateAsync(LineClient client, SaslClient sasl)
    {
        string initial = sasl.InitialResponse() is { } first ? " " + Convert.ToBase64String(first) : "";
        await client.SendLineAsync($"AUTH {sasl.Mechanism}{initial}");
        string reply;
        while ((reply = (await client.ReadLineAsync())!).StartsWith("334 ", StringComparison.Ordinal))
        {
            await client.SendLineAsync(Convert.ToBase64String(sasl.Respond(Convert.FromBase64String(reply[4..]))));
        }

        Assert.True(sasl.IsComplete);
        return reply;
    }

    private static Task SendAsync(LineClient client) => Transcript.RunAsync(client, """
        C: MAIL FROM:<mox@localhost> RET=HDRS ENVID=abc
        S: 250 *
        C: RCPT TO:<mox@localhost> NOTIFY=FAILURE
        S: 250 *
        C: DATA
        S: 354 *
        C: From: mox@localhost
        C: To: mox@localhost
        C: Subject: submitted
        C:
        C: hello
        C: .
        S: 250 2.*
        C: QUIT
        S: 221 *
        """);

    private static async Task ReadAsync(TestServer server, string mechanism)
    {
        string header = "";
        await using LineClient reader = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(reader, MailPathTests.Login + "C: c SELECT INBOX\nS...\nS: c OK *\n");
        for (int tries = 0; !header.Contains("Subject: submitted", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 200, $"no message after {mechanism}");
            await Task.Delay(50);
            await reader.SendLineAsync("d FETCH 1 BODY.PEEK[HEADER]");
            var lines = new StringBuilder();
            for (string line = ""; !line.StartsWith("d ", StringComparison.Ordinal);)
            {
                line = (await reader.ReadLineAsync())!;
                lines.Append(line).Append('\n');
            }

            header = lines.ToString();
        }

        Assert.Contains("ESMTPSA", header, StringComparison.Ordinal);
        Assert.Contains("Message-I", header, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("client.example", header, StringComparison.Ordinal);
        Assert.Contains(server.Log.Entries, e => e.Message.StartsWith($"authenticated login=mox@localhost account=mox protocol=submission mechanism={mechanism} ", StringComparison.Ordinal));
    }

    // As the operator does, before the server starts.
    private static async Task RegisterAsync(TestServer server, X509Certificate2 certificate)
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using AccountStore store = await AccountStore.StartAsync(
            new StoreOptions { DataDirectory = server.DataDirectory },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            services.GetRequiredService<IMeterFactory>(),
            CancellationToken.None);
        await store.TlsPublicKeys.AddAsync(TlsKeyFile.Parse(certificate.ExportCertificatePem()), "laptop", "mox", Login, false, CancellationToken.None);
    }
}
