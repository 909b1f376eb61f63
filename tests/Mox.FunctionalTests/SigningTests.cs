using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>What leaves the whole server is signed, and the signatures hold for what the next hop has.</summary>
public sealed class SigningTests : IDisposable
{
    private readonly TempDirectory _keys = new();
    private readonly FakeDns _dns = new();

    [Fact]
    public async Task Submission_VerifiesAtTheNextHop()
    {
        await using TestServer nextHop = await TestServer.StartAsync();
        await using TestServer server = await StartAsync(nextHop);
        string script = await RelayTests.SubmissionAsync(server, "..a dot, and trailing blanks  ");
        await server.PlayAsync("submissions", script.Replace("From: mox@localhost", "From: mox@example.org", StringComparison.Ordinal));
        string received = await ReceivedAsync(nextHop);
        Assert.Contains("\r\n.a dot, and trailing blanks  \r\n", received, StringComparison.Ordinal);
        await VerifyAsync(received);
    }

    [Fact]
    public async Task Report_ToAStranger_VerifiesToo()
    {
        await using TestServer nextHop = await TestServer.StartAsync();
        await using TestServer server = await StartAsync(nextHop);
        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 *
            C: MAIL FROM:<a@there.example>
            S: 250 *
            C: RCPT TO:<mox@example.org>
            S: 250 *
            C: RCPT TO:<nobody@example.org>
            S: 250 *
            C: DATA
            S: 354 *
            C: Subject: half
            C: Message-ID: <half@there.example>
            C:
            C: text
            C: .
            S: 250 2.0.0 delivered to 1 of 2 recipients; a report *
            C: QUIT
            S: 221 *
            """);
        string received = await ReceivedAsync(nextHop);
        Assert.Contains("\r\nFrom: Mail Delivery System <postmaster@mx.example.org>\r\n", received, StringComparison.Ordinal);
        await VerifyAsync(received);
    }

    [Fact]
    public async Task KeyThatIsGone_IsATemporaryError()
    {
        await using TestServer nextHop = await TestServer.StartAsync();
        await using TestServer server = await StartAsync(nextHop);
        File.Delete(_keys["a.pem"]);
        string script = await RelayTests.SubmissionAsync(server, "text");
        await server.PlayAsync("submissions", script.Replace("From: mox@localhost", "From: mox@example.org", StringComparison.Ordinal)
            .Replace("C: .\nS: 250 *", "C: .\nS: 451 4.3.0 the message cannot be signed now, try again later *", StringComparison.Ordinal));
        Assert.Contains(server.Log.Entries, entry => entry.Message.StartsWith("no mail from the domain is taken", StringComparison.Ordinal));
    }

    public void Dispose() => _keys.Dispose();

    // localhost could not sign: it is a top-level domain.
    private async Task<TestServer> StartAsync(TestServer nextHop)
    {
        Domain ours = Domain.Parse("example.org");
        ImmutableArray<DkimSelectorConfig> selectors = [Key("a", DkimAlgorithm.Rsa), Key("b", DkimAlgorithm.Ed25519)];
        Func<MoxConfig, MoxConfig> relay = RelayTests.To(nextHop);
        return await TestServer.StartAsync(
            config =>
            {
                AccountConfig mox = config.Accounts["mox"];
                return relay(config) with
                {
                    Hostname = Domain.Parse("mx.example.org"),
                    Domains = config.Domains.Add(ours, new DomainConfig { Name = ours, Dkim = new DkimConfig { Selectors = selectors, Sign = selectors } }),
                    Accounts = config.Accounts.SetItem("mox", mox with
                    {
                        Destinations = mox.Destinations.Add(new DestinationConfig { LocalPart = LocalPart.Parse("mox"), Domain = ours }),
                    }),
                };
            },
            isLocalserve: false);
    }

    private DkimSelectorConfig Key(string selector, DkimAlgorithm algorithm)
    {
        using DkimPrivateKey key = DkimPrivateKey.Generate(algorithm);
        string file = _keys.WriteSecret(selector + ".pem", key.ToPem());
        _dns.Txt($"{selector}._domainkey.example.org", DkimRecord.Compose(algorithm, key.PublicKey));
        return new DkimSelectorConfig { Name = Domain.Parse(selector), KeyFile = file };
    }

    private async Task VerifyAsync(string message)
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var verifier = new DkimVerifier(_dns, TimeProvider.System, new EmailAuthMetrics(services.GetRequiredService<IMeterFactory>()));
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(message));
        DkimOutcome outcome = await verifier.VerifyAsync(await AuthMessage.ReadAsync(stream, default), default);
        Assert.Equal(
            [("a", DkimStatus.Pass), ("b", DkimStatus.Pass)],
            outcome.Verdicts.Select(verdict => (verdict.Signature!.Selector.Ascii, verdict.Status)));
    }

    /// <summary>The first message that a server has got.</summary>
    private static async Task<string> ReceivedAsync(TestServer server)
    {
        await using LineClient reader = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(reader, MailPathTests.Login + "C: c SELECT INBOX\nS...\nS: c OK *");
        for (int tries = 0; ; tries++)
        {
            Assert.True(tries < 600, "nothing arrived");
            await reader.SendLineAsync("d FETCH 1 BODY.PEEK[]");
            string line = (await reader.ReadLineAsync())!;
            if (line.EndsWith('}'))
            {
                int length = int.Parse(line[(line.LastIndexOf('{') + 1)..^1], CultureInfo.InvariantCulture);
                var message = new StringBuilder();
                while (message.Length < length)
                {
                    message.Append(await reader.ReadLineAsync()).Append("\r\n");
                }

                return message.ToString();
            }

            while (!line.StartsWith("d ", StringComparison.Ordinal))
            {
                line = (await reader.ReadLineAsync())!;
            }

            await Task.Delay(50);
        }
    }
}
