using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Store.Tests;

public sealed class TlsPublicKeyTests
{
    private static readonly TlsKeyFile Own = TlsKeyFile.Parse(TestCertificates.Certificate.ExportCertificatePem());

    [Fact]
    public async Task Keys_AreAddedListedFoundAndRemoved_AndOutliveARestart()
    {
        await using TestStore test = await TestStore.StartAsync();
        TlsPublicKey added = await test.Store.TlsPublicKeys.AddAsync(Own, new string('n', 200), "mox", "mox@localhost", false, default);
        Assert.Equal(100, added.Name.Length);
        Assert.Equal(PublicKeyFingerprint.Of(TestCertificates.Certificate), added.Fingerprint);
        await Assert.ThrowsAsync<StoreException>(() => test.Store.TlsPublicKeys.AddAsync(Own, "again", "other", "other@localhost", false, default));
        await test.RestartAsync();
        Assert.Equal(added, Assert.Single(await test.Store.TlsPublicKeys.ListAsync("mox", default)));
        Assert.Equal(added, Assert.Single(await test.Store.TlsPublicKeys.ListAsync(null, default)));
        Assert.Empty(await test.Store.TlsPublicKeys.ListAsync("other", default));
        Assert.Equal(added, await test.Store.TlsPublicKeys.FindAsync(added.Fingerprint, default));
        Assert.Null(await test.Store.TlsPublicKeys.FindAsync("x' OR 1=1 --", default));
        Assert.True(await test.Store.TlsPublicKeys.RemoveAsync(added.Fingerprint, default));
        Assert.False(await test.Store.TlsPublicKeys.RemoveAsync(added.Fingerprint, default));
    }

    [Fact]
    public async Task Keys_OfAnAccount_AreBounded_AndGoWithIt()
    {
        await using TestStore test = await TestStore.StartAsync();
        for (int i = 0; i < TlsPublicKeys.MaxPerAccount; i++)
        {
            await test.Store.TlsPublicKeys.AddAsync(new TlsKeyFile("f" + i, "RSA-2048"), "", "mox", "mox@localhost", false, default);
        }

        StoreException e = await Assert.ThrowsAsync<StoreException>(() => test.Store.TlsPublicKeys.AddAsync(Own, "", "mox", "mox@localhost", false, default));
        Assert.Contains("100", e.Message, StringComparison.Ordinal);
        await test.Store.TlsPublicKeys.AddAsync(Own, "", "other", "other@localhost", false, default);
        await test.Store.TlsPublicKeys.RemoveAccountAsync("mox", default);
        Assert.Equal("other", Assert.Single(await test.Store.TlsPublicKeys.ListAsync(null, default)).Account);
    }

    [Fact]
    public void KeyFile_OfEachKind_IsRead()
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        Assert.Equal("ECDSA-P-384", TlsKeyFile.Parse(ec.ExportSubjectPublicKeyInfoPem()).Type);
        Assert.Equal("RSA-2048", TlsKeyFile.Parse("some text\n" + rsa.ExportSubjectPublicKeyInfoPem()).Type);
        var now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = new CertificateRequest("CN=x", ec, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
        Assert.Equal(TlsKeyFile.Parse(ec.ExportSubjectPublicKeyInfoPem()), TlsKeyFile.Parse(certificate.ExportCertificatePem()));
        // Ed25519 (RFC 8410 section 10.1): .NET cannot use the key, and need not.
        const string Ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";
        Assert.Equal("Ed25519", TlsKeyFile.Parse(Ed25519).Type);
        Assert.Throws<FormatException>(() => TlsKeyFile.Parse(ec.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<FormatException>(() => TlsKeyFile.Parse(""));
        Assert.Throws<FormatException>(() => TlsKeyFile.Parse("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
    }

    [Fact]
    public async Task External_LogsIn_ByARegisteredKeyOnly()
    {
        await using TestStore test = await TestStore.StartAsync();
        var account = "mox";
        var authenticator = new StoreAuthenticator(
            test.Store,
            login => login switch
            {
                "mox@localhost" => new LoginTarget(account, login, false),
                "disabled@localhost" => new LoginTarget("mox", login, true, "closed"),
                _ => null,
            },
            new FailedLoginLimiter(test.Time),
            "mail.example.org",
            delays: true,
            new RecordingLogger<StoreAuthenticator>(test.Log));

        Assert.Equal(LoginOutcome.BadCredentials, (await LoginAsync()).Outcome);
        TlsPublicKey key = await test.Store.TlsPublicKeys.AddAsync(Own, "laptop", "mox", "mox@localhost", false, default);
        LoginResult ok = await LoginAsync();
        Assert.Equal((LoginOutcome.Ok, "mox", "mox@localhost"), (ok.Outcome, ok.Account, ok.LoginAddress));
        Assert.Contains(test.Log.Entries, e => e.Message.StartsWith("authenticated login=mox@localhost account=mox protocol=submission mechanism=EXTERNAL", StringComparison.Ordinal));

        // The address went to another account: the key does not open that one.
        account = "other";
        Assert.Equal(LoginOutcome.BadCredentials, (await LoginAsync()).Outcome);
        account = "mox";
        await test.Store.TlsPublicKeys.RemoveAsync(key.Fingerprint, default);
        Assert.Equal(LoginOutcome.BadCredentials, (await LoginAsync()).Outcome);
        await test.Store.TlsPublicKeys.AddAsync(Own, "laptop", "mox", "disabled@localhost", false, default);
        Assert.Equal((LoginOutcome.LoginDisabled, "closed"), (await LoginAsync() is var result ? (result.Outcome, result.Text) : default));

        // Unasked only where the key says so; who has no such key has not tried.
        Assert.Null(await authenticator.PreauthenticateAsync(Context(), default));
        await test.Store.TlsPublicKeys.RemoveAsync(key.Fingerprint, default);
        int attempts = test.Log.Entries.Count;
        Assert.Null(await authenticator.PreauthenticateAsync(Context(), default));
        Assert.Equal(attempts, test.Log.Entries.Count);
        Assert.True((await test.Store.TlsPublicKeys.AddAsync(Own, "laptop", "mox", "mox@localhost", true, default)).ImapPreauth);
        LoginResult? preauth = await authenticator.PreauthenticateAsync(Context(), default);
        Assert.Equal((LoginOutcome.Ok, "mox", "mox@localhost"), (preauth!.Outcome, preauth.Account, preauth.LoginAddress));
        account = "other";
        Assert.Null(await authenticator.PreauthenticateAsync(Context(), default));
        account = "mox";
        Assert.True(Assert.Single(await test.Store.TlsPublicKeys.ListAsync("mox", default)).ImapPreauth);
        await test.Store.TlsPublicKeys.RemoveAsync(key.Fingerprint, default);
        await test.Store.TlsPublicKeys.AddAsync(Own, "laptop", "mox", "disabled@localhost", true, default);
        Assert.Equal(LoginOutcome.LoginDisabled, (await authenticator.PreauthenticateAsync(Context(), default))!.Outcome);

        async Task<LoginResult> LoginAsync()
        {
            using SaslServerExchange exchange = authenticator.Begin("EXTERNAL", Context())!;
            return (await exchange.StepAsync([], default)).Result!;
        }

        LoginContext Context()
        {
            var tls = new TlsSessionInfo(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, null, null, TestCertificates.Certificate, default);
            return new() { Protocol = "submission", RemoteIp = IPAddress.Parse("192.0.2.1"), Cid = "1", Tls = tls };
        }
    }
}
