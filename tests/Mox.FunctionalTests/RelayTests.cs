using System.Text;
using Mox.Addresses;
using Mox.Config;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>What a user submits goes to a smarthost: another whole server.</summary>
public class RelayTests
{
    [Theory]
    [InlineData(998)]
    [InlineData(999)]
    [InlineData(5000)]
    [InlineData(99_000)]
    public async Task Line_HoweverLong_IsRelayedAsItCame(int length)
    {
        string line = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i % 26)));
        await using TestServer nextHop = await TestServer.StartAsync();
        await using TestServer server = await StartAsync(nextHop);
        await server.PlayAsync("submissions", await SubmissionAsync(server, line));
        await using LineClient reader = await nextHop.ConnectAsync("IMAPS");
        await Transcript.RunAsync(reader, MailPathTests.Login + "C: c SELECT INBOX\nS...\nS: c OK *");
        for (int tries = 0; ; tries++)
        {
            Assert.True(tries < 600, "nothing arrived");
            await reader.SendLineAsync("d FETCH 1 BODY.PEEK[TEXT]");
            string first = (await reader.ReadLineAsync())!;
            if (!first.EndsWith('}'))
            {
                while (!first.StartsWith("d ", StringComparison.Ordinal))
                {
                    first = (await reader.ReadLineAsync())!;
                }

                await Task.Delay(50);
                continue;
            }

            Assert.Equal(line, await reader.ReadLineAsync());
            Assert.Equal(")", await reader.ReadLineAsync());
            break;
        }
    }

    /// <summary>A server whose mail to there.example goes to the other.</summary>
    internal static Task<TestServer> StartAsync(TestServer nextHop) => TestServer.StartAsync(To(nextHop), isLocalserve: false);

    /// <summary>Adds that way to a configuration.</summary>
    internal static Func<MoxConfig, MoxConfig> To(TestServer nextHop) => config => config with
    {
        Transports = config.Transports.SetItem("next", new TransportConfig
        {
            Name = "next",
            Smarthost = new SmarthostConfig { Host = "127.0.0.1", Port = nextHop.Port("SMTP"), Tls = SmarthostTls.Opportunistic, VerifyCertificate = false },
        }),
        Routes = [new RouteConfig { ToDomains = [new DomainPattern(Domain.Parse("there.example"), IsTree: false)], Transport = "next" }],
    };

    internal static async Task<string> SubmissionAsync(TestServer server, string line) => $"""
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 *
        C: AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0mox@localhost\0{await server.NewPasswordAsync()}"))}
        S: 235 *
        C: MAIL FROM:<mox@localhost>
        S: 250 *
        C: RCPT TO:<bob@there.example>
        S: 250 *
        C: DATA
        S: 354 *
        C: From: mox@localhost
        C: Subject: relayed
        C:
        C: {line}
        C: .
        S: 250 *
        C: QUIT
        S: 221 *
        """;
}
