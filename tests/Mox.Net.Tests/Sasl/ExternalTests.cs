using System.Net.Security;
using System.Security.Authentication;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Sasl;

public sealed class ExternalTests
{
    [Theory]
    [InlineData("", "Ok")]
    [InlineData("tim@here.example", "Ok")]
    [InlineData("Tim@Here.Example", "Ok")]
    [InlineData("ursel@here.example", "BadCredentials")]
    [InlineData("tim@here.example\0", "BadProtocol")]
    [InlineData("\u00ff", "BadProtocol")]
    public async Task External_Server_JudgesTheKeyAndTheName(string message, string expected)
    {
        var backend = new FakeSaslBackend("tim", "secret") { KeyLogin = "tim@here.example" };
        using var server = Begin(backend);
        Assert.Equal(expected, await SaslExchange.FeedAsync(server, message));
        using var asking = Begin(backend);
        Assert.Equal("|" + expected, await SaslExchange.FeedAsync(asking, null, message));
        Assert.Equal(2, backend.Log.Count);
    }

    [Fact]
    public async Task External_UnknownKey_IsRefused()
    {
        using var server = Begin(new FakeSaslBackend("tim", "secret"));
        Assert.Equal("BadCredentials", await SaslExchange.FeedAsync(server, ""));
    }

    [Fact]
    public void External_IsOfferedFirst_AndOnlyWithACertificate()
    {
        Assert.Equal(SaslMechanisms.External, SaslMechanisms.Usable(Tls(true), new())[0]);
        Assert.DoesNotContain(SaslMechanisms.External, SaslMechanisms.Usable(Tls(false), new()));
        Assert.DoesNotContain(SaslMechanisms.External, SaslMechanisms.Usable(null, new() { PlainWithoutTls = true }));
        Assert.Null(SaslMechanisms.Begin("EXTERNAL", SaslExchange.Context(), new(), new FakeSaslBackend("tim", "secret"), "mail.example"));
    }

    private static SaslServerExchange Begin(FakeSaslBackend backend)
    {
        var context = new LoginContext { Protocol = "submission", RemoteIp = System.Net.IPAddress.Loopback, Cid = "1", Tls = Tls(true) };
        return SaslMechanisms.Begin("external", context, new(), backend, "mail.example")!;
    }

    private static TlsSessionInfo Tls(bool withCertificate) => new(
        SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, null, null, withCertificate ? TestCertificates.Certificate : null, default);
}
