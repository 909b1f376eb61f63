using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Smtp.Client;

namespace Mox.Smtp.Tests.Client;

/// <summary>Which mechanism is taken, and what is made of odd servers.</summary>
public sealed class SmtpLoginTests
{
    private static readonly SmtpCredentials Alice = new("alice", "secret");

    private static readonly SmtpClientOptions Options = ClientFixture.Plain with { Credentials = Alice, AllowPlaintextLogin = true };

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN", SslProtocols.Tls12, false, "SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN", SslProtocols.Tls13, false, "SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-256-PLUS PLAIN", SslProtocols.None, true, "PLAIN")]
    [InlineData("PLAIN LOGIN SCRAM-SHA-1-PLUS SCRAM-SHA-1", SslProtocols.Tls12, false, "SCRAM-SHA-1-PLUS")]
    [InlineData("PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256", SslProtocols.None, false, "SCRAM-SHA-256")]
    [InlineData("PLAIN LOGIN SCRAM-SHA-1", SslProtocols.None, false, "SCRAM-SHA-1")]
    [InlineData("LOGIN PLAIN CRAM-MD5", SslProtocols.None, false, "CRAM-MD5")]
    [InlineData("LOGIN PLAIN", SslProtocols.Tls13, false, "PLAIN")]
    [InlineData("LOGIN", SslProtocols.Tls13, false, "LOGIN")]
    [InlineData("LOGIN PLAIN", SslProtocols.None, false, null)]
    [InlineData("LOGIN PLAIN", SslProtocols.None, true, "PLAIN")]
    [InlineData("GSSAPI XOAUTH2", SslProtocols.Tls13, true, null)]
    [InlineData("", SslProtocols.Tls13, true, null)]
    public void Choose_TakesTheStrongestThatMayBeUsed(string offered, SslProtocols protocol, bool allowPlaintext, string? mechanism)
    {
        var sasl = SmtpLogin.Choose(offered.Split(' '), Alice, Session(protocol), allowPlaintext);
        Assert.Equal(mechanism, sasl?.Mechanism);
    }

    [Fact]
    public async Task Choose_Plus_BindsToTheServersCertificate()
    {
        var session = Session(SslProtocols.Tls12)!;
        foreach (bool isSame in new[] { true, false })
        {
            var authenticator = new RealAuthenticator(SaslMechanisms.ScramSha256Plus);
            var sasl = SmtpLogin.Choose([SaslMechanisms.ScramSha256Plus], new("mox@here.example", "secret"), session, false)!;
            var seen = isSame ? session : session with { TlsServerEndPoint = new byte[32] };
            var context = new LoginContext { Protocol = "submission", RemoteIp = IPAddress.Loopback, Tls = seen, Cid = "1" };
            using var exchange = authenticator.Begin(SaslMechanisms.ScramSha256Plus, context)!;
            var step = await exchange.StepAsync(sasl.InitialResponse(), default);
            while (step.Result is null)
            {
                step = await exchange.StepAsync(sasl.Respond(step.Challenge.Span), default);
            }
            Assert.Equal(isSame, step.Result.Outcome == LoginOutcome.Ok);
            Assert.Equal(isSame, sasl.IsComplete);
        }
    }

    // We could bind, the server says that it cannot: SCRAM tells it so, and an honest one that can notices the downgrade.
    [Theory]
    [InlineData("SCRAM-SHA-256", SslProtocols.Tls12, "y,,")]
    [InlineData("SCRAM-SHA-256", SslProtocols.Tls13, "n,,")]
    [InlineData("SCRAM-SHA-256", SslProtocols.None, "n,,")]
    public void Choose_WithoutPlus_TellsWhatItCouldDo(string offered, SslProtocols protocol, string header)
    {
        string first = Encoding.UTF8.GetString(SmtpLogin.Choose([offered], Alice, Session(protocol), false)!.InitialResponse()!);
        Assert.StartsWith(header, first, StringComparison.Ordinal);
    }

    [Theory]
    // PLAIN's initial response goes with the command; a server that asks all the same gets nothing twice.
    [InlineData("PLAIN", "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 2.7.0 in", null)]
    [InlineData("LOGIN", "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 not base64\nC: c2VjcmV0\nS: 235 in", null)]
    [InlineData("LOGIN", "C: AUTH LOGIN\nS: 334 a\nC: YWxpY2U=\nS: 334 b\nC: c2VjcmV0\nS: 334 more\nC: \\*\nS: 501 ok", "Login: 4.7.0 LOGIN: LOGIN asks twice")]
    [InlineData("PLAIN", "C: AUTH PLAIN *\nS: 334 eA==\nC: \\*\nS: 501 ok", "Login: 4.7.0 PLAIN: PLAIN knows no challenge")]
    [InlineData("SCRAM-SHA-256", "C: AUTH SCRAM-SHA-256 *\nS: 334 ???\nC: \\*\nS: 501 ok", "Login: 4.7.0 SCRAM-SHA-256: the challenge is no base64")]
    [InlineData("SCRAM-SHA-256", "C: AUTH SCRAM-SHA-256 *\nS: 235 welcome", "Login: 4.5.0 the server broke the protocol: SCRAM-SHA-256 ended before*")]
    [InlineData("PLAIN", "C: AUTH PLAIN *\nS: 535 5.7.8 no", "Login: 535 5.7.8 no")]
    [InlineData("PLAIN", "C: AUTH PLAIN *\nS: 454 4.7.0 later", "Login: 454 4.7.0 later")]
    [InlineData("PLAIN", "C: AUTH PLAIN *\nS: 421 bye", "Login: 421 bye")]
    [InlineData("GSSAPI", "C: <eof>", "Login: 4.7.0 the server offers no mechanism that may be used without TLS: GSSAPI")]
    public async Task Login_OddServers_AreValues(string offered, string script, string? failure)
    {
        // A star alone is what breaks off; in a script it would match anything.
        await using var smtp = new ClientFixture($"S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 AUTH {offered}\n{script.Replace("\\*", "*", StringComparison.Ordinal)}");
        var opening = await smtp.OpenAsync(Options);
        Assert.Equal(failure is null, opening.IsOpen);
        Assert.True(failure is null || Testing.Transcript.Matches(failure, opening.Failure!.ToString()), opening.Failure?.ToString());
    }

    [Fact]
    public async Task Login_WithoutAuth_IsAFailure()
    {
        await using var smtp = new ClientFixture("S: 220 x\nC: EHLO *\nS: 250 hi\nC: <eof>");
        Assert.Equal("Login: 4.7.0 the server offers no AUTH", (await smtp.OpenAsync(Options)).Failure!.ToString());
    }

    [Fact]
    public void Credentials_InWords_HideThePassword() => Assert.Equal("alice", Alice.ToString());

    private static TlsSessionInfo? Session(SslProtocols protocol) => protocol == SslProtocols.None ? null
        : new TlsSessionInfo(protocol, TlsCipherSuite.TLS_AES_128_GCM_SHA256, null, null, null, Enumerable.Repeat((byte)7, 32).ToArray());
}
