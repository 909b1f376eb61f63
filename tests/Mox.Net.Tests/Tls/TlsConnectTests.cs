using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Tls;

/// <summary>The client's side of TLS against our own server's side.</summary>
public sealed class TlsConnectTests
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Connect_ToTrustedServer_SpeaksBothWaysAndTellsTheSession(SslProtocols min)
    {
        using var certificate = SelfSigned.Create(_time, ["mail.example"]);
        var accepting = AcceptAsync(certificate, new() { ApplicationProtocols = ["smtp"], MinProtocol = min });
        await using var client = await ConnectAsync(
            new() { ServerName = "Mail.Example", ExtraRoots = [certificate], ApplicationProtocols = ["smtp"] });
        await using var server = await accepting;
        Assert.Equal(SslProtocols.Tls13, client.Session.Protocol);
        Assert.Equal(("Mail.Example", "smtp"), (client.Session.ServerName, client.Session.ApplicationProtocol));
        Assert.Equal(server.Session.CipherSuite, client.Session.CipherSuite);
        Assert.Equal(server.Session.TlsServerEndPoint.ToArray(), client.Session.TlsServerEndPoint.ToArray());
        Assert.Equal(certificate.RawData, client.Session.ServerCertificate!.RawData);
        Assert.Equal(new CertificateVerdict(CertificateProblem.None, ""), client.Session.Verdict);
        await client.Output.WriteAsync("to server"u8.ToArray());
        Assert.Equal("to server", await ReadAsync(server));
        await server.Output.WriteAsync("to client"u8.ToArray());
        Assert.Equal("to client", await ReadAsync(client));
    }

    [Fact]
    public async Task Connect_ToLeafOfExtraRoot_WithIntermediate_IsValid()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("root", rootKey, null, null);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Authority("middle", middleKey, root, rootKey);
        using var middleWithKey = middle.CopyWithPrivateKey(middleKey);
        using var leaf = Leaf("mail.example", middleWithKey);
        var chain = new ServerCertificates(ServerCertificate.From(leaf, [middle]));
        var accepting = TlsUpgrade.AcceptAsync(_pair.Server, chain, new(), _time, default).AsTask();
        await using var client = await ConnectAsync(new() { ServerName = "mail.example", ExtraRoots = [root] });
        await using var server = await accepting;
        Assert.True(client.Session.Verdict!.IsValid, client.Session.Verdict.Text);
    }

    [Theory]
    [InlineData("mail.example", true, 0, CertificateProblem.None)]
    [InlineData("192.0.2.7", true, 0, CertificateProblem.None)]
    [InlineData("192.0.2.8", true, 0, CertificateProblem.NameMismatch)]
    [InlineData("other.example", true, 0, CertificateProblem.NameMismatch)]
    [InlineData("mail.example", false, 0, CertificateProblem.NotTrusted)]
    [InlineData("mail.example", true, 4000, CertificateProblem.Expired)]
    [InlineData("mail.example", true, -1, CertificateProblem.Expired)]
    [InlineData(null, true, 0, CertificateProblem.NotChecked)]
    public async Task Connect_BadCertificate_IsToldOrEnforced(string? name, bool trusted, int days, CertificateProblem problem)
    {
        foreach (bool isRequired in new[] { false, true })
        {
            var pair = DuplexPipePair.Create();
            using var certificate = SelfSigned.Create(_time, ["mail.example"], [System.Net.IPAddress.Parse("192.0.2.7")]);
            var accepting = TlsUpgrade.AcceptAsync(
                pair.Server, new(ServerCertificate.From(certificate)), new() { UnknownNameFallsBack = true }, TimeProvider.System, default).AsTask();
            var options = new TlsConnectOptions
            {
                ServerName = name,
                RequireValidCertificate = isRequired,
                ExtraRoots = trusted ? [certificate] : [],
            };
            var clock = new ManualTimeProvider(_time.GetUtcNow().AddDays(days));
            var connecting = TlsConnect.ConnectAsync(pair.Client, options, clock, default).AsTask();
            if (!isRequired || problem == CertificateProblem.None)
            {
                await using var client = await connecting;
                Assert.Equal(problem, client.Session.Verdict!.Problem);
                await using var server = await accepting;
                continue;
            }
            var e = await Assert.ThrowsAsync<TlsHandshakeException>(() => connecting);
            Assert.Equal((TlsHandshakeFailure.BadCertificate, problem), (e.Failure, e.Certificate!.Problem));
            await pair.Client.Output.CompleteAsync();
            await accepting.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    [Fact]
    public async Task Connect_SilentServer_TimesOut()
    {
        var connecting = ConnectAsync(new() { ServerName = "mail.example" });
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TlsHandshakeFailure.Timeout, (await Assert.ThrowsAsync<TlsHandshakeException>(() => connecting)).Failure);
    }

    [Theory]
    [InlineData("220 mail.example, in clear text\r\n", TlsHandshakeFailure.Refused)]
    [InlineData("", TlsHandshakeFailure.Eof)]
    public async Task Connect_ToWhatIsNotTls_Fails(string said, TlsHandshakeFailure failure)
    {
        await _pair.Server.Output.WriteAsync(Encoding.ASCII.GetBytes(said));
        await _pair.Server.Output.CompleteAsync();
        var e = await Assert.ThrowsAsync<TlsHandshakeException>(() => ConnectAsync(new() { ServerName = "mail.example" }));
        Assert.Equal(failure, e.Failure);
        Assert.Null(e.Certificate);
    }

    private static async Task<string> ReadAsync(TlsPipe pipe)
    {
        var result = await pipe.Input.ReadAsync();
        string text = Encoding.ASCII.GetString(result.Buffer);
        pipe.Input.AdvanceTo(result.Buffer.End);
        return text;
    }

    private Task<TlsPipe> AcceptAsync(X509Certificate2 certificate, TlsAcceptOptions options) =>
        TlsUpgrade.AcceptAsync(_pair.Server, new(ServerCertificate.From(certificate)), options, _time, default).AsTask();

    private Task<TlsPipe> ConnectAsync(TlsConnectOptions options) => TlsConnect.ConnectAsync(_pair.Client, options, _time, default).AsTask();

    private X509Certificate2 Authority(string name, ECDsa key, X509Certificate2? issuer, ECDsa? issuerKey)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = _time.GetUtcNow();
        if (issuer is null)
        {
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(100));
        }
        var generator = X509SignatureGenerator.CreateForECDsa(issuerKey!);
        return request.Create(issuer.SubjectName, generator, now.AddDays(-1), now.AddDays(99), [1, 2, 3]);
    }

    private X509Certificate2 Leaf(string name, X509Certificate2 issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = _time.GetUtcNow();
        using var leaf = request.Create(issuer, now.AddDays(-1), now.AddDays(98), [4, 5, 6]);
        return leaf.CopyWithPrivateKey(key);
    }
}
