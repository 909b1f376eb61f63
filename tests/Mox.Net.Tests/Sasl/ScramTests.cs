using System.Security.Authentication;
using System.Text;
using Mox.Net.Sasl;

namespace Mox.Net.Tests.Sasl;

public sealed class ScramTests
{
    // The example exchanges of RFC 5802 section 5 and RFC 7677 section 3.
    public static readonly TheoryData<ScramHash, string[]> RfcExamples = new()
    {
        {
            ScramHash.Sha1,
            [
                "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92",
                "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            ]
        },
        {
            ScramHash.Sha256,
            [
                "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==",
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(RfcExamples))]
    public async Task Server_RfcExample_SaysWhatTheRfcSays(ScramHash hash, string[] example)
    {
        var backend = new FakeSaslBackend("user", "pencil")
        {
            Verifier = ScramVerifier.Derive(hash, "pencil", Convert.FromBase64String(example[2]), 4_096),
        };
        using var server = new ScramServerExchange(Name(hash), hash, false, SaslExchange.Context(), backend, example[1]);
        Assert.Equal($"{example[4]}|{example[6]}|Ok", await SaslExchange.FeedAsync(server, example[3], example[5], ""));
        Assert.Equal([$"{Name(hash)} user Ok"], backend.Log);
    }

    [Theory]
    [MemberData(nameof(RfcExamples))]
    public void Client_RfcExample_SaysWhatTheRfcSays(ScramHash hash, string[] example)
    {
        var client = new ScramClient(hash, "user", "pencil", default, false, example[0]);
        Assert.Equal(example[3], Encoding.UTF8.GetString(client.InitialResponse()));
        Assert.Equal(example[5], Encoding.UTF8.GetString(client.Respond(Encoding.UTF8.GetBytes(example[4]))));
        Assert.False(client.IsComplete);
        Assert.Empty(client.Respond(Encoding.UTF8.GetBytes(example[6])));
        Assert.True(client.IsComplete);
    }

    [Theory]
    [InlineData(ScramHash.Sha256, false, true)]
    [InlineData(ScramHash.Sha256, true, true)]
    [InlineData(ScramHash.Sha1, false, false)]
    [InlineData(ScramHash.Sha1, true, true)]
    public async Task BothSides_RightPassword_Succeed(ScramHash hash, bool plus, bool initial)
    {
        var backend = new FakeSaslBackend("ü=,@example.org", "pass wörd");
        var client = SaslClient.Scram(hash, "ü=,@example.org", "pass wörd", plus ? SaslExchange.Binding : default);
        using var server = Begin(client.Mechanism, backend);
        Assert.Equal("account", (await SaslExchange.RunAsync(client, server, initial)).Account);
    }

    [Theory]
    [InlineData("user", "wrong")]
    [InlineData("nobody", "pencil")]
    public async Task Server_WrongPasswordOrUnknownUser_FailsAtTheProof(string login, string password)
    {
        var backend = new FakeSaslBackend("user", "pencil");
        var client = SaslClient.Scram(ScramHash.Sha256, login, password);
        using var server = Begin(client.Mechanism, backend);
        Assert.Equal(LoginOutcome.BadCredentials, (await SaslExchange.RunAsync(client, server)).Outcome);
        Assert.Equal([$"SCRAM-SHA-256 {login} BadCredentials"], backend.Log);
    }

    [Fact]
    public async Task Server_AccountRefusedAfterAGoodProof_EndsWithoutServerSignature()
    {
        var client = SaslClient.Scram(ScramHash.Sha256, "user", "pencil");
        using var server = Begin(client.Mechanism, new FakeSaslBackend("user", "pencil") { WhenProofFits = LoginOutcome.LoginDisabled });
        Assert.Equal(LoginOutcome.LoginDisabled, (await SaslExchange.RunAsync(client, server)).Outcome);
        Assert.False(client.IsComplete);
    }

    [Fact]
    public async Task Server_ClientThatWasNotToldOfPlus_IsADowngrade()
    {
        var client = SaslClient.Scram(ScramHash.Sha256, "user", "pencil", serverLacksPlus: true);
        using (var server = Begin(client.Mechanism, new FakeSaslBackend("user", "pencil")))
        {
            Assert.Equal(LoginOutcome.BadChannelBinding, (await SaslExchange.RunAsync(client, server)).Outcome);
        }

        // Where -PLUS is truly not offered (TLS 1.3 without the option), the same message is right.
        client = SaslClient.Scram(ScramHash.Sha256, "user", "pencil", serverLacksPlus: true);
        using var onTls13 = Begin(client.Mechanism, new FakeSaslBackend("user", "pencil"), SaslExchange.Context(protocol: SslProtocols.Tls13));
        Assert.True((await SaslExchange.RunAsync(client, onTls13)).IsOk);
    }

    [Fact]
    public async Task Server_BindingOfAnotherCertificate_IsRefused()
    {
        var client = SaslClient.Scram(ScramHash.Sha256, "user", "pencil", new byte[32]);
        using var server = Begin(client.Mechanism, new FakeSaslBackend("user", "pencil"));
        Assert.Equal(LoginOutcome.BadChannelBinding, (await SaslExchange.RunAsync(client, server)).Outcome);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "p=tls-server-end-point,,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256-PLUS", "n,,n=user,r=abc", LoginOutcome.BadChannelBinding)]
    [InlineData("SCRAM-SHA-256-PLUS", "y,,n=user,r=abc", LoginOutcome.BadChannelBinding)]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-unique,,n=user,r=abc", LoginOutcome.BadChannelBinding)]
    [InlineData("SCRAM-SHA-256", "n,a=other,n=user,r=abc", LoginOutcome.BadCredentials)]
    [InlineData("SCRAM-SHA-256", "", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "x,,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "p=,,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,a=,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,b=user,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,m=ext,n=user,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,r=abc,n=user", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=user,r=", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=user,r=a b", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=us=er,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=user=2,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=us\0er,r=abc", LoginOutcome.BadProtocol)]
    [InlineData("SCRAM-SHA-256", "n,,n=us\u00fcer,r=abc", LoginOutcome.BadProtocol)] // Latin-1, not UTF-8
    public async Task Server_BadFirstMessage_IsRefused(string mechanism, string message, LoginOutcome expected)
    {
        var backend = new FakeSaslBackend("user", "pencil");
        using var server = Begin(mechanism, backend);
        Assert.Equal(expected.ToString(), await SaslExchange.FeedAsync(server, message));
        Assert.Single(backend.Log);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.StepAsync(default, default).AsTask());
    }

    [Theory]
    [InlineData("c=biws,r=abcNONCE,p=AAAA", LoginOutcome.BadProtocol)] // a proof of the wrong size
    [InlineData("c=biws,r=abcNONCE", LoginOutcome.BadProtocol)]
    [InlineData("c=biws,r=abcOTHER,p={0}", LoginOutcome.BadProtocol)]
    [InlineData("c=biws,r=abc,p={0}", LoginOutcome.BadProtocol)]
    [InlineData("c=eSws,r=abcNONCE,p={0}", LoginOutcome.BadChannelBinding)]
    [InlineData("c=biws!,r=abcNONCE,p={0}", LoginOutcome.BadProtocol)]
    [InlineData("c=biws,r=abcNONCE,p=!{0}", LoginOutcome.BadProtocol)]
    [InlineData("r=abcNONCE,c=biws,p={0}", LoginOutcome.BadProtocol)]
    [InlineData("c=biws,r=abcNONCE,p={0}", LoginOutcome.BadCredentials)]
    [InlineData("c=biws,r=abcNONCE,x=ext,p={0}", LoginOutcome.BadCredentials)]
    public async Task Server_BadFinalMessage_IsRefused(string message, LoginOutcome expected)
    {
        var backend = new FakeSaslBackend("user", "pencil");
        using var server = new ScramServerExchange("SCRAM-SHA-256", ScramHash.Sha256, false, SaslExchange.Context(), backend, "NONCE");
        var said = await SaslExchange.FeedAsync(server, "n,,n=user,r=abc", message.Replace("{0}", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal));
        Assert.EndsWith("|" + expected, said, StringComparison.Ordinal);
        Assert.Equal([$"SCRAM-SHA-256 user {expected}"], backend.Log);
    }

    [Theory]
    [InlineData("r=abcMORE,s=QSXCR+Q6sek8bf92,i=4095")]
    [InlineData("r=abcMORE,s=QSXCR+Q6sek8bf92,i=10000001")]
    [InlineData("r=abcMORE,s=QSXCR+Q6sek8bf92,i=99999999999")]
    [InlineData("r=abcMORE,s=QSXCR+Q6sek8bf92,i=-1")]
    [InlineData("r=abc,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=xyzMORE,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=abcMORE,s=QSX,i=4096")]
    [InlineData("m=ext,r=abcMORE,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("")]
    public void Client_BadServerFirst_BreaksOff(string challenge)
    {
        var client = new ScramClient(ScramHash.Sha256, "user", "pencil", default, false, "abc");
        client.InitialResponse();
        Assert.Throws<SaslException>(() => client.Respond(Encoding.UTF8.GetBytes(challenge)));
    }

    [Theory]
    [InlineData("e=invalid-proof")]
    [InlineData("v=AAAA")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl96G4=")]
    [InlineData("")]
    public void Client_ServerWithoutProof_IsNotBelieved(string challenge)
    {
        var client = new ScramClient(ScramHash.Sha256, "user", "pencil", default, false, "rOprNGfwEbeRWgbNEkqO");
        client.InitialResponse();
        client.Respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"u8);
        Assert.Throws<SaslException>(() => client.Respond(Encoding.UTF8.GetBytes(challenge)));
        Assert.False(client.IsComplete);
    }

    [Fact]
    public void Verifier_ChecksPasswords_AndFakesAreStableAndFitNothing()
    {
        var verifier = ScramVerifier.Derive(ScramHash.Sha256, "pencil", 10);
        Assert.True(verifier.Verify("pencil"));
        Assert.False(verifier.Verify("pencil "));

        var fakes = new FakeScramVerifiers("secret"u8.ToArray(), 10);
        Assert.Equal(fakes.For(ScramHash.Sha256, "a").Salt, fakes.For(ScramHash.Sha256, "a").Salt);
        Assert.NotEqual(fakes.For(ScramHash.Sha256, "a").Salt, fakes.For(ScramHash.Sha256, "b").Salt);
        Assert.Equal(16, fakes.For(ScramHash.Sha1, "a").Salt.Length);
        Assert.False(fakes.For(ScramHash.Sha256, "a").Verify(""));
    }

    [Fact]
    public async Task Server_RandomMessages_EndInAResultAndNothingElse()
    {
        var random = new Random(3);
        const string alphabet = "n,y=pra:ci\0\u00ff+/A2C";
        for (var round = 0; round < 2_000; round++)
        {
            using var server = Begin("SCRAM-SHA-256", new FakeSaslBackend("user", "pencil") { Verifier = ScramVerifier.Derive(ScramHash.Sha256, "pencil", 1) });
            string Random() => new([.. Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            var said = await SaslExchange.FeedAsync(server, random.Next(2) == 0 ? Random() : "n,,n=user,r=abc", Random(), Random());
            Assert.False(said.EndsWith("Ok", StringComparison.Ordinal), said);
        }
    }

    private static string Name(ScramHash hash) => hash == ScramHash.Sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256";

    private static SaslServerExchange Begin(string mechanism, ISaslBackend backend, LoginContext? context = null) =>
        SaslMechanisms.Begin(mechanism, context ?? SaslExchange.Context(), new SaslMechanismOptions { ScramSha1 = true }, backend, "mail.example")!;
}
