using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Smtp.Client;
using Mox.Smtp.Server;
using Mox.Smtp.Tests.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>The client against our own server: the two must understand each other in everything.</summary>
public sealed class OwnServerTests : IDisposable
{
    private readonly SmtpFixture _smtp = new();
    private readonly RecordingLogger _log = new();

    private static SmtpClientOptions Tls { get; } = ClientFixture.Plain with
    {
        Tls = SmtpTlsMode.Required,
        TlsName = "mail.example",
        ExtraRoots = [TestCertificates.Certificate],
        Credentials = new("mox@here.example", "secret"),
    };

    public void Dispose() => _smtp.Dispose();

    [Theory]
    [InlineData(SmtpTlsMode.Off, false)]
    [InlineData(SmtpTlsMode.Off, true)]
    [InlineData(SmtpTlsMode.Required, false)]
    public async Task Send_RandomContent_ArrivesAsItWasSent(SmtpTlsMode mode, bool byData)
    {
        var random = new Random(1);
        await using var link = Start(byData);
        var opening = await OpenAsync(link, Tls with { Tls = mode, Credentials = null });
        await using var client = opening.Client!;
        Assert.Equal(!byData, client.Extensions.Chunking);
        const string alphabet = "\r\n\n.. abcdefghij";
        foreach (int size in new[] { 0, 1, 2, 100, 65_530, 65_536, 70_000, 262_144, 1_000_000 })
        {
            byte[] content = [.. "Subject: x\r\n\r\n"u8, .. Enumerable.Range(0, size).Select(_ => (byte)alphabet[random.Next(alphabet.Length)])];
            var result = await client.SendAsync(
                ClientFixture.Envelope with { SizeBytes = content.Length },
                [ClientFixture.To("bob@here.example"), ClientFixture.To("eve@elsewhere.example")], new MemoryStream(content), default);
            Assert.Equal(new SmtpReply(250, 2, 0, 0, "delivered"), result.Accepted);
            Assert.Equal([null, 550], result.Recipients.Select(r => r?.Code));
            string text = Encoding.Latin1.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            string expected = (text.EndsWith('\n') ? text : text + "\n").Replace("\n", "\r\n", StringComparison.Ordinal);
            Assert.True(expected == _smtp.Mail.Delivered[^1].Text, $"the content of {size} bytes is not the same");
        }
        await client.QuitAsync(default);
        Assert.Equal(9, _smtp.Mail.Delivered.Count);
    }

    [Fact]
    public async Task Send_RefusedByTheContent_IsTheServersReplyAndTheConnectionGoesOn()
    {
        await using var link = Start();
        var opening = await OpenAsync(link, ClientFixture.Plain);
        await using var client = opening.Client!;
        _smtp.Mail.Result = new SmtpReply(550, 5, 7, 1, "spam");
        Assert.Equal("Content: 550 5.7.1 spam", (await SendAsync(client)).Failure!.ToString()[.."Content: 550 5.7.1 spam".Length]);
        _smtp.Mail.Result = new SmtpReply(250, 2, 0, 0, "ok");
        Assert.NotNull((await SendAsync(client)).Accepted);
        Assert.Equal(2, _smtp.Mail.Transactions.Count);
        Assert.Null(await client.ResetAsync(default));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", "SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", "SCRAM-SHA-1")]
    [InlineData("CRAM-MD5 PLAIN LOGIN", "CRAM-MD5")]
    [InlineData("PLAIN LOGIN", "PLAIN")]
    [InlineData("LOGIN", "LOGIN")]
    public async Task Login_ByTheStrongestOffered_SubmitsWithReportsAsked(string offered, string mechanism)
    {
        var authenticator = new RealAuthenticator(offered.Split(' '));
        _smtp.Services = _smtp.Services with { Authenticator = authenticator };
        await using var link = Start(options: SmtpFixture.Submit);
        var opening = await OpenAsync(link, Tls);
        Assert.True(opening.IsOpen, opening.Failure?.ToString());
        await using var client = opening.Client;
        Assert.Equal([$"{mechanism} mox@here.example Ok"], authenticator.Attempts);
        var result = await client.SendAsync(
            new OutgoingEnvelope(ClientFixture.From("mox@here.example"), 14) { Dsn = new(DsnReturn.Full, "id +=") },
            [ClientFixture.To("bøb@far.example") with { Notify = DsnNotify.Failure | DsnNotify.Delay, OriginalRecipient = new("utf-8", "bøb+x@far.example") }],
            new MemoryStream("Subject: x\r\n\r\n"u8.ToArray()), default);
        Assert.NotNull(result.Accepted);
        var submitted = Assert.Single(_smtp.Submission.Submitted);
        Assert.Equal(new DsnRequest(DsnReturn.Full, "id +="), submitted.Envelope.Dsn);
        Assert.Equal(DsnNotify.Failure | DsnNotify.Delay, submitted.Recipients[0].Notify);
        Assert.Equal("bøb+x@far.example", submitted.Recipients[0].OriginalRecipient!.Address);
        Assert.Equal("bøb", submitted.Recipients[0].Path.LocalPart.Value);
    }

    [Fact]
    public async Task Login_WrongPassword_IsTheServersReply()
    {
        _smtp.Services = _smtp.Services with { Authenticator = new RealAuthenticator("SCRAM-SHA-256") };
        await using var link = Start(options: SmtpFixture.Submit);
        var opening = await OpenAsync(link, Tls with { Credentials = new("mox@here.example", "wrong") });
        Assert.Equal((SmtpStage.Login, true, 535), (opening.Failure!.Stage, opening.Failure.IsPermanent, opening.Failure.Code));
    }

    [Fact]
    public async Task Login_ServerThatDoesNotKnowThePassword_IsNotBelieved()
    {
        _smtp.Services = _smtp.Services with { Authenticator = new RealAuthenticator("SCRAM-SHA-256") { IsImpostor = true } };
        await using var link = Start(options: SmtpFixture.Submit);
        var opening = await OpenAsync(link, Tls);
        Assert.Equal("Login: 4.7.0 SCRAM-SHA-256: the server does not know the password", opening.Failure!.ToString());
    }

    private static ValueTask<SmtpSendResult> SendAsync(SmtpClient client) => client.SendAsync(
        ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], new MemoryStream("Subject: x\r\n\r\n"u8.ToArray()), default);

    private ValueTask<SmtpOpening> OpenAsync(Link link, SmtpClientOptions options) =>
        SmtpClient.OpenAsync(link.Client, options, TimeProvider.System, _log, default);

    private Link Start(bool byData = false, SmtpOptions? options = null)
    {
        var pair = DuplexPipePair.Create();
        var context = new FakeConnectionContext(pair.Server);
        var handler = new SmtpConnectionHandler(_smtp.Services, options ?? SmtpFixture.Options, new RecordingLogger<SmtpConnectionHandler>(_smtp.Logs));
        var serving = Task.Run(async () =>
        {
            await handler.OnConnectedAsync(context);
            await context.Transport.Output.CompleteAsync();
            await context.Transport.Input.CompleteAsync();
        });
        if (!byData)
        {
            return new Link(this, pair.Client, serving);
        }
        var bridge = new Bridge(pair.Client, "CHUNKING", seed: 7);
        return new Link(this, bridge.Client, Task.WhenAll(serving, Task.Run(bridge.RunAsync)));
    }

    /// <summary>A connection to the server; at its end nothing may be above Debug, on either side.</summary>
    private sealed class Link(OwnServerTests owner, System.IO.Pipelines.IDuplexPipe client, Task serving) : IAsyncDisposable
    {
        public System.IO.Pipelines.IDuplexPipe Client => client;

        public async ValueTask DisposeAsync()
        {
            await serving.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.DoesNotContain(owner._log.Entries, e => e.Level > LogLevel.Debug);
            Assert.DoesNotContain(owner._smtp.Logs.Entries, e => e.Level > LogLevel.Information);
        }
    }
}
