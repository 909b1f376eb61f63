using System.Security.Authentication;
using System.Text;
using Mox.Net.Sasl;

namespace Mox.Net.Tests.Sasl;

public sealed class PasswordMechanismTests
{
    private static readonly SaslMechanismOptions All = new() { ScramSha1 = true, CramMd5 = true, PlainWithoutTls = true, PlusOnTls13 = true };

    [Theory]
    [InlineData("\0tim\0tanstaaftanstaaf", "Ok")] // RFC 4616 section 4
    [InlineData("tim\0tim\0tanstaaftanstaaf", "Ok")]
    [InlineData("Ursel\0tim\0tanstaaftanstaaf", "BadCredentials")]
    [InlineData("\0tim\0wrong", "BadPassword")]
    [InlineData("\0kurt\0tanstaaftanstaaf", "BadUser")]
    [InlineData("", "BadProtocol")]
    [InlineData("tim", "BadProtocol")]
    [InlineData("\0tim", "BadProtocol")]
    [InlineData("\0tim\0", "BadProtocol")]
    [InlineData("\0\0tanstaaftanstaaf", "BadProtocol")]
    [InlineData("\0tim\0tanstaaf\0tanstaaf", "BadProtocol")]
    [InlineData("\0tim\0\u00ff", "BadProtocol")]
    public async Task Plain_Server_JudgesTheMessage(string message, string expected)
    {
        var backend = new FakeSaslBackend("tim", "tanstaaftanstaaf");
        using var server = Begin("plain", backend);
        Assert.Equal(expected, await SaslExchange.FeedAsync(server, message));
        using var asking = Begin("PLAIN", backend);
        Assert.Equal("|" + expected, await SaslExchange.FeedAsync(asking, null, message));
        Assert.Equal(2, backend.Log.Count);
    }

    [Fact]
    public async Task Login_Server_AsksForBoth()
    {
        var backend = new FakeSaslBackend("tim", "secret");
        using var server = Begin("LOGIN", backend);
        Assert.Equal("Username:|Password:|Ok", await SaslExchange.FeedAsync(server, null, "tim", "secret"));
        using var initial = Begin("LOGIN", backend);
        Assert.Equal("Password:|BadPassword", await SaslExchange.FeedAsync(initial, "tim", "wrong"));
        using var empty = Begin("LOGIN", backend);
        Assert.Equal("Username:|BadProtocol", await SaslExchange.FeedAsync(empty, null, ""));
        Assert.Equal(["LOGIN tim Ok", "LOGIN tim BadPassword", "LOGIN  BadProtocol"], backend.Log);
    }

    [Theory]
    [InlineData("tim b913a602c7eda7a495b4e6e7334d3890", "Ok")] // RFC 2195 section 2
    [InlineData("tim b913a602c7eda7a495b4e6e7334d3891", "BadCredentials")]
    [InlineData("kurt b913a602c7eda7a495b4e6e7334d3890", "BadCredentials")]
    [InlineData("tim b913a602c7eda7a495b4e6e7334d389", "BadProtocol")]
    [InlineData(" b913a602c7eda7a495b4e6e7334d3890", "BadProtocol")]
    [InlineData("b913a602c7eda7a495b4e6e7334d3890", "BadProtocol")]
    [InlineData("", "BadProtocol")]
    public async Task CramMd5_Server_JudgesTheDigest(string response, string expected)
    {
        var backend = new FakeSaslBackend("tim", "tanstaaftanstaaf");
        using var server = new CramMd5ServerExchange(SaslExchange.Context(), backend, "postoffice.reston.mci.net", "1896.697170952");
        Assert.Equal("<1896.697170952@postoffice.reston.mci.net>|" + expected, await SaslExchange.FeedAsync(server, null, response));
        Assert.Single(backend.Log);
    }

    [Fact]
    public async Task CramMd5_Server_RefusesAnInitialResponse()
    {
        using var server = Begin("CRAM-MD5", new FakeSaslBackend("tim", "secret"));
        Assert.Equal("BadProtocol", await SaslExchange.FeedAsync(server, "tim b913a602c7eda7a495b4e6e7334d3890"));
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("CRAM-MD5", false)]
    public async Task BothSides_UnderstandEachOther(string mechanism, bool initial)
    {
        foreach (var password in new[] { "sécret", "wrong" })
        {
            SaslClient client = mechanism switch
            {
                "PLAIN" => SaslClient.Plain("tim@example.org", password),
                "LOGIN" => SaslClient.Login("tim@example.org", password),
                _ => SaslClient.CramMd5("tim@example.org", password),
            };
            Assert.Equal(mechanism, client.Mechanism);
            using var server = Begin(mechanism, new FakeSaslBackend("tim@example.org", "sécret"));
            Assert.Equal(password == "sécret", (await SaslExchange.RunAsync(client, server, initial)).IsOk);
        }
    }

    [Fact]
    public void Clients_ChallengesOutOfOrder_BreakOff()
    {
        var plain = SaslClient.Plain("tim", "secret");
        Assert.False(plain.IsComplete);
        Assert.Throws<SaslException>(() => plain.Respond("go on"u8));
        var login = SaslClient.Login("tim", "secret");
        login.Respond("User:"u8);
        login.Respond("Pass:"u8);
        Assert.Throws<SaslException>(() => login.Respond("More:"u8));
        var cram = SaslClient.CramMd5("tim", "secret");
        Assert.Throws<SaslException>(() => cram.Respond(""u8));
        cram.Respond("<1@a>"u8);
        Assert.Throws<SaslException>(() => cram.Respond("<2@a>"u8));
        Assert.Throws<SaslException>(() => SaslClient.Plain("tim", "sec\0ret").InitialResponse());
    }

    [Fact]
    public async Task Abort_IsRecordedOnce()
    {
        var backend = new FakeSaslBackend("tim", "secret");
        using var server = Begin("LOGIN", backend);
        await SaslExchange.FeedAsync(server, null, "tim");
        Assert.Equal(LoginOutcome.Aborted, (await server.AbortAsync(LoginOutcome.Aborted, default)).Outcome);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.AbortAsync(LoginOutcome.Aborted, default).AsTask());
        Assert.Equal(["LOGIN tim Aborted"], backend.Log);
    }

    [Fact]
    public void Usable_ListsOnlyWhatWorksNow_StrongestFirst()
    {
        Assert.Equal(["SCRAM-SHA-256"], SaslMechanisms.Usable(null, new()));
        Assert.Equal(["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"], SaslMechanisms.Usable(null, All));
        Assert.Equal(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.Usable(SaslExchange.Context().Tls, new()));
        var tls13 = SaslExchange.Context(protocol: SslProtocols.Tls13).Tls!;
        Assert.Equal(["SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.Usable(tls13, new()));
        Assert.Equal(
            ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"], SaslMechanisms.Usable(tls13, All));
        Assert.DoesNotContain("SCRAM-SHA-256-PLUS", SaslMechanisms.Usable(tls13 with { TlsServerEndPoint = default }, All));

        // A listener that takes passwords in the clear offers them, whatever others do.
        var clear = new LoginContext { Protocol = "imap", RemoteIp = System.Net.IPAddress.Loopback, Cid = "1", AllowsPlaintext = true };
        Assert.Equal(["SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.UsableBy(clear, new()));
        using (var plain = SaslMechanisms.Begin("PLAIN", clear, new(), new FakeSaslBackend("a", "b"), "x"))
        {
            Assert.NotNull(plain);
        }
        Assert.Null(SaslMechanisms.Begin("PLAIN", SaslExchange.Context(tls: false), new(), new FakeSaslBackend("a", "b"), "x"));
        Assert.Null(SaslMechanisms.Begin("GSSAPI", SaslExchange.Context(), All, new FakeSaslBackend("a", "b"), "x"));
    }

    [Theory]
    [InlineData("", true, "")]
    [InlineData("dGlt", true, "tim")]
    [InlineData("dGk=", true, "ti")]
    [InlineData("dGk", false, "")]
    [InlineData("d G=", false, "")]
    [InlineData("dGlt\r\n\r\n", false, "")]
    [InlineData("dG=t", false, "")]
    [InlineData("=", false, "")]
    [InlineData("====", false, "")]
    [InlineData("dGl*", false, "")]
    public void Base64_Line_IsDecodedExactly(string line, bool ok, string message)
    {
        Assert.Equal(ok, SaslBase64.TryDecode(Encoding.ASCII.GetBytes(line), out var decoded));
        Assert.Equal(message, Encoding.ASCII.GetString(decoded));
        if (ok)
        {
            Assert.Equal(line, Encoding.ASCII.GetString(SaslBase64.Encode(decoded)));
        }
    }

    [Fact]
    public void Base64_InitialResponse_KnowsTheEqualsSign()
    {
        Assert.True(SaslBase64.TryDecodeInitial("="u8, out var empty));
        Assert.Empty(empty);
        Assert.False(SaslBase64.TryDecodeInitial(""u8, out _));
        Assert.True(SaslBase64.TryDecodeInitial("dGlt"u8, out _));
        Assert.True(SaslBase64.IsAbort("*"u8));
        Assert.False(SaslBase64.IsAbort("* "u8));
    }

    [Theory]
    [InlineData("correct horse", "correct horse")]
    [InlineData("no\u00a0break\u3000space", "no break space")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\uff21", "\uff21")] // width stays
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    [InlineData("", null)]
    [InlineData("tab\t", null)]
    [InlineData("nul\0", null)]
    [InlineData("\ue000", null)]
    [InlineData("\u2028", null)]
    [InlineData("\u202e", null)]
    [InlineData("\ufe0f", null)]
    [InlineData("\u1100", null)]
    public void OpaqueString_PreparesByPrecis(string password, string? expected)
    {
        Assert.Equal(expected is not null, OpaqueString.TryPrepare(password, out var prepared));
        Assert.Equal(expected ?? "", prepared);
    }

    [Fact]
    public void OpaqueString_TooLongOrNotUnicode_IsRefused()
    {
        Assert.True(OpaqueString.TryPrepare(new string('a', 1_024), out _));
        Assert.False(OpaqueString.TryPrepare(new string('a', 1_025), out _));
        Assert.False(OpaqueString.TryPrepare(new string('é', 513), out _));
        Assert.False(OpaqueString.TryPrepare("lone \ud83d", out _));
    }

    private static SaslServerExchange Begin(string mechanism, ISaslBackend backend) =>
        SaslMechanisms.Begin(mechanism, SaslExchange.Context(), All, backend, "mail.example")!;
}
