using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mox.Net.Sasl;
using Mox.Net.Tests.Sasl;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Tls;

public sealed class TlsUpgradeTests
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Accept_GoodClient_SpeaksBothWaysAndSaysGoodbye(SslProtocols protocol)
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new TlsAcceptOptions { ApplicationProtocols = ["smtp", "imap"] });
        await client.StartTlsAsync("Mail.Example", protocol, "imap");
        await using (var tls = await accepting)
        {
            Assert.Equal(protocol, tls.Session.Protocol);
            Assert.Equal(protocol == SslProtocols.Tls13 ? "TLS1.3" : "TLS1.2", tls.Session.ProtocolName);
            Assert.Equal(client.Tls!.NegotiatedCipherSuite, tls.Session.CipherSuite);
            Assert.Equal("Mail.Example", tls.Session.ServerName, ignoreCase: true);
            Assert.Equal("imap", tls.Session.ApplicationProtocol);
            Assert.Null(tls.Session.ClientCertificate);
            Assert.Equal(ChannelBinding.TlsServerEndPoint((X509Certificate2)client.Tls.RemoteCertificate!), tls.Session.TlsServerEndPoint.ToArray());
            await client.SendLineAsync("NOOP");
            using var lines = new LineReader(tls.Input, 512);
            Assert.Equal("NOOP", Encoding.ASCII.GetString((await lines.ReadAsync(default)).Span));
            await tls.Output.WriteAsync("OK\r\n"u8.ToArray());
            Assert.Equal("OK", await client.ReadLineAsync());
            tls.Output.Write("BYE\r\n"u8); // not flushed: the end does it
        }

        Assert.Equal("BYE", await client.ReadLineAsync());
        // close_notify has come: the end is an end, not a cut; the transport is still open.
        Assert.Equal(0, await client.Tls!.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Accept_AfterPlainLines_UsesTheSamePipe()
    {
        await using var client = new LineClient(_pair.Client);
        await client.SendLineAsync("STARTTLS");
        using (var plain = new LineReader(_pair.Server.Input, 512))
        {
            Assert.Equal("STARTTLS", Encoding.ASCII.GetString((await plain.ReadAsync(default)).Span));
            Assert.False(plain.HasBufferedInput());
        }

        await _pair.Server.Output.WriteAsync("220 go\r\n"u8.ToArray());
        Assert.Equal("220 go", await client.ReadLineAsync());
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync();
        await using var tls = await accepting;
        Assert.Null(tls.Session.ApplicationProtocol);
    }

    [Fact]
    public async Task Accept_BytesInSmallPieces_AndAMegabyteBack_ArriveWhole()
    {
        var random = new Random(5);
        var content = new byte[1_000_000];
        random.NextBytes(content);
        await using var client = new LineClient(new Chopped(_pair.Client, random));
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync();
        await using var tls = await accepting;
        var echoing = Task.Run(async () =>
        {
            for (int echoed = 0; echoed < content.Length;)
            {
                var read = await tls.Input.ReadAsync();
                foreach (var piece in read.Buffer)
                {
                    echoed += piece.Length;
                    await tls.Output.WriteAsync(piece);
                }
                tls.Input.AdvanceTo(read.Buffer.End);
            }
        });
        var sending = client.SendAsync(content);
        Assert.Equal(content, await client.ReadBytesAsync(content.Length));
        await sending;
        await echoing;
    }

    [Theory]
    [InlineData("mail.example", "mail.example")]
    [InlineData("MAIL.example", "mail.example")]
    [InlineData("other.example", "other.example")]
    [InlineData("a.wild.example", "*.wild.example")]
    [InlineData(null, "mail.example")]
    public async Task Accept_ServerName_ChoosesTheCertificate(string? asked, string expected)
    {
        var certificates = new ServerCertificates(Certificate("mail.example"), Certificate("other.example"), Certificate("*.wild.example"));
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new(), certificates);
        await client.StartTlsAsync(asked);
        await using var tls = await accepting;
        Assert.Equal(expected, ((X509Certificate2)client.Tls!.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false));
        Assert.Equal(asked, tls.Session.ServerName, ignoreCase: true);
    }

    [Theory]
    [InlineData("unknown.example")]
    [InlineData("wild.example")]
    [InlineData("a.b.wild.example")]
    public async Task Accept_UnknownName_IsRefusedUnlessItFallsBack(string asked)
    {
        var certificates = new ServerCertificates(Certificate("mail.example"), Certificate("*.wild.example"));
        await using (var client = new LineClient(_pair.Client))
        {
            var accepting = AcceptAsync(new(), certificates);
            var connecting = client.StartTlsAsync(asked);
            Assert.Equal(TlsHandshakeFailure.UnknownServerName, await FailureAsync(accepting));
            await _pair.Server.Output.CompleteAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => connecting);
        }

        var again = DuplexPipePair.Create();
        await using var falling = new LineClient(again.Client);
        var acceptingAgain = TlsUpgrade.AcceptAsync(again.Server, certificates, new() { UnknownNameFallsBack = true }, _time, default).AsTask();
        await falling.StartTlsAsync(asked);
        await using var tls = await acceptingAgain;
        Assert.Equal("mail.example", ((X509Certificate2)falling.Tls!.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false));
    }

    [Fact]
    public async Task Accept_ClientWithOtherApplicationProtocols_IsRefused()
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new() { ApplicationProtocols = ["imap"] });
        var connecting = client.StartTlsAsync("mail.example", SslProtocols.None, "h2", "http/1.1");
        Assert.Equal(TlsHandshakeFailure.Refused, await FailureAsync(accepting));
        await _pair.Server.Output.CompleteAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
    }

    [Fact]
    public async Task Accept_ClientBelowTheOldestProtocol_IsRefused()
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new() { MinProtocol = SslProtocols.Tls13 });
        var connecting = client.StartTlsAsync("mail.example", SslProtocols.Tls12);
        Assert.Equal(TlsHandshakeFailure.Refused, await FailureAsync(accepting));
        await _pair.Server.Output.CompleteAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
    }

    [Theory]
    [InlineData("", TlsHandshakeFailure.Eof)]
    [InlineData("EHLO client.example\r\n", TlsHandshakeFailure.NotTls)]
    [InlineData("\u0080\u002e\u0001", TlsHandshakeFailure.NotTls)] // SSL 2
    [InlineData("\u0016\u0003\u0001\u0000\u0005hello", TlsHandshakeFailure.Refused)]
    [InlineData("\u0016\u0003\u0001\u0002", TlsHandshakeFailure.Eof)]
    public async Task Accept_NoHandshake_IsClassified(string sent, TlsHandshakeFailure expected)
    {
        await _pair.Client.Output.WriteAsync(Encoding.Latin1.GetBytes(sent));
        await _pair.Client.Output.CompleteAsync();
        Assert.Equal(expected, await FailureAsync(AcceptAsync(new())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0016\u0003")]
    public async Task Accept_SilentClient_TimesOut(string sent)
    {
        await _pair.Client.Output.WriteAsync(Encoding.Latin1.GetBytes(sent));
        var accepting = AcceptAsync(new());
        await _time.WaitForTimersAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(accepting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TlsHandshakeFailure.Timeout, await FailureAsync(accepting));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Accept_Canceled_SaysSo()
    {
        using var cancel = new CancellationTokenSource();
        var accepting = TlsUpgrade.AcceptAsync(_pair.Server, TestCertificates.Server, new(), _time, cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(TlsHandshakeFailure.Canceled, await FailureAsync(accepting));
    }

    [Fact]
    public async Task Accept_RandomBytes_FailClassified()
    {
        var random = new Random(11);
        for (var round = 0; round < 100; round++)
        {
            var pair = DuplexPipePair.Create();
            var sent = new byte[random.Next(1, 300)];
            random.NextBytes(sent);
            sent[0] = 22;
            await pair.Client.Output.WriteAsync(sent);
            await pair.Client.Output.CompleteAsync();
            var failure = await FailureAsync(TlsUpgrade.AcceptAsync(pair.Server, TestCertificates.Server, new(), _time, default).AsTask());
            Assert.Contains(failure, new[] { TlsHandshakeFailure.Refused, TlsHandshakeFailure.Eof });
        }
    }

    [Fact]
    public async Task Accept_SpoiledClientHello_FailsClassified()
    {
        var client = new LineClient(_pair.Client);
        var connecting = client.StartTlsAsync();
        var hello = (await _pair.Server.Input.ReadAtLeastAsync(5)).Buffer.ToArray();
        await _pair.Server.Output.CompleteAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);

        var random = new Random(13);
        for (var round = 0; round < 500; round++)
        {
            var spoiled = hello.ToArray();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                spoiled[random.Next(1, spoiled.Length)] = (byte)random.Next(256);
            }

            var pair = DuplexPipePair.Create();
            await pair.Client.Output.WriteAsync(spoiled.AsMemory(0, random.Next(4) == 0 ? random.Next(1, spoiled.Length) : spoiled.Length));
            await pair.Client.Output.CompleteAsync();
            await FailureAsync(TlsUpgrade.AcceptAsync(pair.Server, TestCertificates.Server, new() { UnknownNameFallsBack = true }, _time, default).AsTask());
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Read_BytesThatDoNotDecrypt_AreAnIOException(SslProtocols protocol)
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync("mail.example", protocol);
        await using var tls = await accepting;
        await _pair.Client.Output.WriteAsync("\u0017\u0003\u0003\u0000\u0020"u8.ToArray().Concat(new byte[32]).ToArray());
        using var lines = new LineReader(tls.Input, 512);
        await Assert.ThrowsAsync<IOException>(() => lines.ReadAsync(default).AsTask());
        // Last words are lost, and nothing else happens.
        Assert.True(await Record.ExceptionAsync(() => tls.Output.WriteAsync("BYE\r\n"u8.ToArray()).AsTask()) is null or IOException);
    }

    [Fact]
    public async Task Read_CanceledOrWoken_GoesOnLater()
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync();
        await using var tls = await accepting;
        using var lines = new LineReader(tls.Input, 512);
        for (var round = 0; round < 3; round++)
        {
            using var cancel = new CancellationTokenSource();
            var read = lines.ReadAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

            read = lines.ReadAsync(default).AsTask();
            tls.Input.CancelPendingRead();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

            await client.SendLineAsync("DONE");
            Assert.Equal("DONE", Encoding.ASCII.GetString((await lines.ReadAsync(default)).Span));
        }
    }

    [Fact]
    public async Task Read_PeerGone_IsTheEnd()
    {
        var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync();
        await using var tls = await accepting;
        await client.SendLineAsync("QUIT");
        await client.CloseSendingAsync();
        using var lines = new LineReader(tls.Input, 512);
        Assert.Equal(LineStatus.Line, (await lines.ReadAsync(default)).Status);
        Assert.Equal(LineStatus.EndOfStream, (await lines.ReadAsync(default)).Status);
        await client.DisposeAsync();
        var write = async () =>
        {
            for (var i = 0; i < 3; i++)
            {
                await tls.Output.WriteAsync("BYE\r\n"u8.ToArray());
            }
        };
        await Assert.ThrowsAsync<IOException>(write);
    }

    [Fact]
    public async Task Accept_ClientCertificateAskedFor_IsInTheSession()
    {
        using var own = SelfSigned.Create(TimeProvider.System, ["client.example"]);
        var accepting = AcceptAsync(new() { RequestClientCertificate = true });
        await using var client = new SslStream(new PipeStream(_pair.Client), leaveInnerStreamOpen: false);
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example",
            ClientCertificates = [own],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        await using var tls = await accepting;
        Assert.Equal(own.RawData, tls.Session.ClientCertificate!.RawData);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Accept_ClientCertificate_IsKnownOnResumedSessionsToo(SslProtocols protocol)
    {
        using var own = SelfSigned.Create(TimeProvider.System, ["client.example"]);
        for (var time = 0; time < 3; time++)
        {
            var pair = DuplexPipePair.Create();
            await using var client = new LineClient(pair.Client) { Certificate = own };
            var accepting = TlsUpgrade.AcceptAsync(
                pair.Server, TestCertificates.Server, new() { RequestClientCertificate = true, UnknownNameFallsBack = true }, _time, default).AsTask();
            await client.StartTlsAsync($"key-{protocol}.example", protocol);
            await using var tls = await accepting;
            Assert.Equal(PublicKeyFingerprint.Of(own), PublicKeyFingerprint.Of(tls.Session.ClientCertificate!));
            await tls.Output.WriteAsync("220 hi\r\n"u8.ToArray());
            Assert.Equal("220 hi", await client.ReadLineAsync());
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Accept_ClientCertificateAskedFor_ClientsWithoutOneAreServed(SslProtocols protocol)
    {
        for (var time = 0; time < 3; time++)
        {
            var pair = DuplexPipePair.Create();
            await using var client = new LineClient(pair.Client);
            var accepting = TlsUpgrade.AcceptAsync(
                pair.Server, TestCertificates.Server, new() { RequestClientCertificate = true, UnknownNameFallsBack = true }, _time, default).AsTask();
            await client.StartTlsAsync($"none-{protocol}.example", protocol);
            await using var tls = await accepting;
            Assert.Null(tls.Session.ClientCertificate);
            await tls.Output.WriteAsync("220 hi\r\n"u8.ToArray());
            Assert.Equal("220 hi", await client.ReadLineAsync());
        }
    }

    [Fact]
    public void Fingerprint_NamesTheKeyAndNotTheCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var one = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
        using var renewed = new CertificateRequest("CN=b", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(2));
        Assert.Equal(PublicKeyFingerprint.Of(one), PublicKeyFingerprint.Of(renewed));
        Assert.Equal(
            Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            PublicKeyFingerprint.Of(one));
        Assert.NotEqual(PublicKeyFingerprint.Of(one), PublicKeyFingerprint.Of(TestCertificates.Certificate));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accept_SecondHandshake_IsResumedOnlyWhereAllowed(bool allow)
    {
        var received = new List<long>();
        for (var time = 0; time < 2; time++)
        {
            var pair = DuplexPipePair.Create();
            var counted = new Counted(pair.Client);
            await using var client = new LineClient(counted);
            var accepting = TlsUpgrade.AcceptAsync(
                pair.Server, TestCertificates.Server, new() { AllowResume = allow, UnknownNameFallsBack = true }, _time, default).AsTask();
            await client.StartTlsAsync($"resume-{allow}.example", SslProtocols.Tls12);
            await using var tls = await accepting;
            received.Add(counted.Received);
        }

        // A resumed handshake carries no certificate.
        Assert.Equal(allow, received[1] < received[0] - TestCertificates.Certificate.RawData.Length);
    }

    [Fact]
    public async Task ScramPlus_OverARealHandshake_BindsToTheCertificate()
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync("mail.example", SslProtocols.Tls12);
        await using var tls = await accepting;
        var context = new LoginContext { Protocol = "imap", RemoteIp = System.Net.IPAddress.Loopback, Cid = "1", Tls = tls.Session };
        var seen = ChannelBinding.TlsServerEndPoint((X509Certificate2)client.Tls!.RemoteCertificate!);
        foreach (var (binding, expected) in new[] { (seen, LoginOutcome.Ok), (SHA256.HashData(seen), LoginOutcome.BadChannelBinding) })
        {
            var scram = SaslClient.Scram(ScramHash.Sha256, "user", "pencil", binding);
            using var server = SaslMechanisms.Begin(scram.Mechanism, context, new(), new FakeSaslBackend("user", "pencil"), "mail.example")!;
            Assert.Equal(expected, (await SaslExchange.RunAsync(scram, server)).Outcome);
        }
    }

    [Fact]
    public async Task Dispose_PeerThatTakesNothing_EndsByTheClock()
    {
        await using var client = new LineClient(_pair.Client);
        var accepting = AcceptAsync(new());
        await client.StartTlsAsync();
        var tls = await accepting;
        var writing = tls.Output.WriteAsync(new byte[1_000_000]).AsTask(); // more than the transport holds
        Assert.False(writing.IsCompleted);
        var closing = tls.DisposeAsync().AsTask();
        // The deadline is two seconds; closing may also find at once that the pending write stands in its way.
        _time.Advance(TimeSpan.FromSeconds(2));
        await closing.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(TimeSpan.FromSeconds(20)));
        await tls.DisposeAsync();
    }

    private static ServerCertificate Certificate(string name) => ServerCertificate.From(SelfSigned.Create(TimeProvider.System, [name]));

    private static async Task<TlsHandshakeFailure> FailureAsync(Task<TlsPipe> accepting) =>
        (await Assert.ThrowsAsync<TlsHandshakeException>(() => accepting.WaitAsync(TimeSpan.FromSeconds(20)))).Failure;

    private Task<TlsPipe> AcceptAsync(TlsAcceptOptions options, ServerCertificates? certificates = null) =>
        TlsUpgrade.AcceptAsync(_pair.Server, certificates ?? TestCertificates.Server, options, _time, default).AsTask();

    /// <summary>Both sides as one stream.</summary>
    private sealed class PipeStream(IDuplexPipe pipe) : DelegatingStream(pipe.Input.AsStream(), pipe.Output.AsStream());

    /// <summary>Cuts what is written into small random pieces.</summary>
    private sealed class Chopped(IDuplexPipe inner, Random random) : IDuplexPipe
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output { get; } = PipeWriter.Create(new ChoppingStream(inner.Output, random));

        private sealed class ChoppingStream(PipeWriter output, Random random) : DelegatingStream(Null, output.AsStream())
        {
            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                while (!buffer.IsEmpty)
                {
                    var size = Math.Min(buffer.Length, random.Next(1, buffer.Length > 5_000 ? 3_000 : 40));
                    await base.WriteAsync(buffer[..size], cancellationToken);
                    await FlushAsync(cancellationToken);
                    buffer = buffer[size..];
                }
            }
        }
    }

    /// <summary>Counts what is received.</summary>
    private sealed class Counted(IDuplexPipe inner) : IDuplexPipe
    {
        public long Received { get; private set; }

        public PipeReader Input => field ??= PipeReader.Create(new CountingStream(inner.Input.AsStream(), read => Received += read));

        public PipeWriter Output => inner.Output;

        private sealed class CountingStream(Stream reads, Action<int> count) : DelegatingStream(reads, Null)
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await base.ReadAsync(buffer, cancellationToken);
                count(read);
                return read;
            }
        }
    }
}
