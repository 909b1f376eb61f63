using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Dkim;

namespace Mox.EmailAuth.Tests.Dkim;

public sealed class DkimVerifierTests : IDisposable
{
    private const string Message = "From: \"A\" <a@example.org>\r\nTo: b@example.net\r\nSubject: Hi\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
        + "Message-Id: <1@example.org>\r\n\r\nHello,\r\n\r\n  how are you?\r\n\r\n";

    private readonly DkimFixture _dkim = new();

    public void Dispose() => _dkim.Dispose();

    // RFC 8463 appendix A: one message with a signature of each algorithm.
    [Fact]
    public async Task Verify_OfTheRfcsExample_Passes()
    {
        _dkim.Dns.Txt("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
            .Txt("test._domainkey.football.example.com",
                "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91"
                + "y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
        string message = """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
             DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
             dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game.  Are you hungry yet?

            Joe.

            """.ReplaceLineEndings("\r\n");
        var outcome = await _dkim.VerifyAsync(message);
        Assert.Equal(["Pass 256", "Pass 1024"], outcome.Verdicts.Select(verdict => $"{verdict.Status} {verdict.KeyBits}"));
        Assert.All((await _dkim.VerifyAsync(message.Replace("Joe.", "Joe!", StringComparison.Ordinal))).Verdicts, verdict =>
            Assert.Equal((DkimStatus.Fail, "the body is not the one that was signed"), (verdict.Status, verdict.Problem)));
        Assert.Single(_dkim.Metrics.Of("mox.auth.check.duration", ("method", "dkim"), ("result", "Pass")));
    }

    [Theory]
    [InlineData(DkimAlgorithm.Rsa, Canonicalization.Relaxed, Canonicalization.Relaxed)]
    [InlineData(DkimAlgorithm.Rsa, Canonicalization.Simple, Canonicalization.Simple)]
    [InlineData(DkimAlgorithm.Ed25519, Canonicalization.Relaxed, Canonicalization.Simple)]
    [InlineData(DkimAlgorithm.Ed25519, Canonicalization.Simple, Canonicalization.Relaxed)]
    public async Task Sign_ThenVerify_Passes_AndFailsWithAnyBitFlipped(DkimAlgorithm algorithm, Canonicalization header, Canonicalization body)
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing(algorithm) with { HeaderForm = header, BodyForm = body });
        var verdict = await _dkim.VerifyOneAsync(signed);
        Assert.Equal((DkimStatus.Pass, ""), (verdict.Status, verdict.Problem));
        Assert.All(signed.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));

        // What is signed: From to the last line that counts; the names of fields in the relaxed form have no case.
        Random random = new(3);
        int start = signed.Length - Message.Length + "From:".Length;
        for (int i = 0; i < 150; i++)
        {
            int at = random.Next(start, signed.Length - 4);
            char[] changed = signed.ToCharArray();
            changed[at] = (char)(changed[at] ^ (1 << random.Next(8)));
            string text = new(changed);
            if (Same(signed, text) || char.ToLowerInvariant(changed[at]) == char.ToLowerInvariant(signed[at]))
            {
                continue;
            }

            Assert.True((await _dkim.VerifyAsync(text)).Status != DkimStatus.Pass, $"passes with a bit flipped at {at}: {text[Math.Max(0, at - 10)..Math.Min(text.Length, at + 10)]}");
        }

        // White space that the forms forgive.
        static bool Same(string one, string other) => Squeezed(one) == Squeezed(other);
        static string Squeezed(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[ \t\r\n]+", " ");
    }

    [Theory]
    [InlineData("Hello,", "Hello, ", true)]
    [InlineData("  how are", "\thow are", true)]
    [InlineData("Subject: Hi", "SUBJECT :  Hi ", true)]
    [InlineData("Subject: Hi", "Subject:\r\n Hi", true)]
    [InlineData("To: b", "To:\tb", true)]
    [InlineData("Subject: Hi", "Subject: H i", false)]
    [InlineData("Subject: Hi\r\n", "Subject: Hi\r\nSubject: Ho\r\n", false)]
    [InlineData("Subject: Hi\r\n", "Subject: Hi\r\nReply-To: evil@example.net\r\n", false)]
    [InlineData("From: \"", "From: evil@example.net\r\nFrom: \"", false)]
    [InlineData("Date: S", "X-Other: 1\r\nDate: S", true)]
    public async Task Verify_OfAChangedMessage_ForgivesOnlyWhatItsFormsDo(string from, string to, bool passes)
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing());
        Assert.Equal(passes, (await _dkim.VerifyAsync(signed.Replace(from, to, StringComparison.Ordinal))).Status == DkimStatus.Pass);
    }

    [Fact]
    public async Task Verify_OfAnExpiredSignature_Fails()
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing() with { Lifetime = TimeSpan.FromHours(1) });
        _dkim.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(DkimStatus.Pass, (await _dkim.VerifyOneAsync(signed)).Status);
        _dkim.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((DkimStatus.Fail, "the signature has expired"), Said(await _dkim.VerifyOneAsync(signed)));
    }

    [Theory]
    [InlineData("v=1;", "v=2;", DkimStatus.PermError, "the version is not 1")]
    [InlineData("a=rsa-sha256;", "a=rsa-sha1;", DkimStatus.Fail, "SHA-1 proves nothing")]
    [InlineData("a=rsa-sha256;", "a=rsa-sha512;", DkimStatus.PermError, "an unknown algorithm")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/nofws;", DkimStatus.PermError, "an unknown canonicalization")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; c=simple;", DkimStatus.PermError, "the tag c stands there twice")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; l=10;", DkimStatus.Policy, "only a part of the body is signed")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; l=-1;", DkimStatus.PermError, "a bad length")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; q=http;", DkimStatus.PermError, "the key is not in DNS")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; i=a@example.com;", DkimStatus.PermError, "the identity is not of the signing domain")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/relaxed; t;", DkimStatus.PermError, "a bad tag")]
    [InlineData("d=example.org;", "d=org;", DkimStatus.Policy, "the signing domain is a public suffix")]
    [InlineData("d=example.org;", "d=exa mple.org;", DkimStatus.PermError, "a bad domain")]
    [InlineData("d=example.org;", "d=example.com;", DkimStatus.PermError, "there is no key")]
    [InlineData("s=rsa;", "s=ed;", DkimStatus.PermError, "the key is of the type ed25519")]
    [InlineData("t=", "t=x", DkimStatus.PermError, "the tag t has no time")]
    [InlineData("h=From:", "h=X-From:", DkimStatus.PermError, "From is not signed")]
    [InlineData("Subject:", "Subjekt:", DkimStatus.Policy, "Subject is not signed")]
    [InlineData("bh=", "bh=!", DkimStatus.PermError, "the tag bh has no base64")]
    public async Task Verify_OfABadSignature_SaysWhy(string from, string to, DkimStatus status, string problem)
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing());
        int end = signed.Length - Message.Length;
        // The field alone is changed; its parts may be folded anywhere.
        string field = signed[..end].Replace("\r\n\t", " ", StringComparison.Ordinal);
        string changed = field.Replace(from, to, StringComparison.Ordinal).Replace("From: X-From", "From", StringComparison.Ordinal);
        changed = to == "h=X-From:" ? changed.Replace(" From:", " X-From:", StringComparison.Ordinal) : changed;
        Assert.NotEqual(field, changed);
        Assert.Equal((status, problem), Said(await _dkim.VerifyOneAsync(changed + signed[end..])));
    }

    [Theory]
    [InlineData("{0}; t=y", DkimStatus.None, "the domain is only trying out its key")]
    [InlineData("{0}; t=s", DkimStatus.Pass, "")]
    [InlineData("{0}; h=sha1", DkimStatus.PermError, "the key is for another hash")]
    [InlineData("{0}; h=sha1:sha256 ; s=email ; n=hi", DkimStatus.Pass, "")]
    [InlineData("{0}; s=other", DkimStatus.PermError, "the key is not for mail")]
    [InlineData("{0}; k=dsa", DkimStatus.PermError, "the key is of the type dsa")]
    [InlineData("v=DKIM1; p=", DkimStatus.PermError, "the key was revoked")]
    [InlineData("v=DKIM1", DkimStatus.PermError, "a bad key record: there is no key")]
    [InlineData("v=DKIM2; {0}", DkimStatus.PermError, "a bad key record: the version is not DKIM1, or does not come first")]
    [InlineData("{0}; v=DKIM1", DkimStatus.PermError, "a bad key record: the version is not DKIM1, or does not come first")]
    [InlineData("p=AAAA", DkimStatus.PermError, "the key is no RSA key")]
    [InlineData("p=!", DkimStatus.PermError, "a bad key record: the key is no base64")]
    [InlineData("p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALrHQG4NjFiyLsFDR4kGtPZ0b4TzFTFFT1Dfq6mHn7oXxQH7JOMCqOiM0dYqtyrRkPxbDLt8wYxv0mlqMr1VWikCAwEAAQ==", DkimStatus.PermError, "an RSA key of 512 bits")]
    public async Task Verify_WithAKeyRecord_TakesItsWord(string record, DkimStatus status, string problem)
    {
        string key = $"p={Convert.ToBase64String(DkimFixture.Signing().Key.PublicKey)}";
        _dkim.Dns.Txt("other._domainkey.example.org", record.Replace("{0}", key, StringComparison.Ordinal));
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing() with { Selector = Domain.Parse("other") });
        Assert.Equal((status, problem), Said(await _dkim.VerifyOneAsync(signed)));
    }

    [Fact]
    public async Task Verify_WithTwoKeyRecords_TriesBoth()
    {
        _dkim.Dns.Txt("two._domainkey.example.org", "p=", $"p={Convert.ToBase64String(DkimFixture.Signing().Key.PublicKey)}");
        Assert.Equal(DkimStatus.Pass, (await _dkim.VerifyOneAsync(await _dkim.SignAsync(Message, DkimFixture.Signing() with { Selector = Domain.Parse("two") }))).Status);
    }

    [Fact]
    public async Task Verify_WhereDnsFails_IsTempError_AndAuthenticWhereItIsSigned()
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing());
        Assert.False((await _dkim.VerifyOneAsync(signed)).IsAuthentic);
        _dkim.Dns.Authentic("example.org");
        Assert.True((await _dkim.VerifyOneAsync(signed)).IsAuthentic);
        _dkim.Dns.Fail("_domainkey.example.org", DnsStatus.ServFail);
        Assert.Equal(DkimStatus.TempError, (await _dkim.VerifyOneAsync(signed)).Status);
    }

    [Fact]
    public async Task Verify_OfAThousandSignatures_LooksAtTen()
    {
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing());
        string field = signed[..^Message.Length].Replace("s=rsa", "s=none", StringComparison.Ordinal);
        var outcome = await _dkim.VerifyAsync(string.Concat(Enumerable.Repeat(field, 1000)) + signed);
        Assert.Equal((10, DkimStatus.PermError), (outcome.Verdicts.Count, outcome.Status));
        Assert.Equal(10, _dkim.Dns.Asked("none._domainkey.example.org"));
    }

    [Fact]
    public async Task Verify_OfAnUnsignedMessage_IsNone() => Assert.Equal(DkimStatus.None, (await _dkim.VerifyAsync(Message)).Status);

    [Fact]
    public async Task Sign_WithoutFrom_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _dkim.SignAsync("To: a@example.org\r\n\r\n", DkimFixture.Signing()));

    [Theory]
    [InlineData(DkimAlgorithm.Rsa)]
    [InlineData(DkimAlgorithm.Ed25519)]
    public void Key_WrittenAsPem_IsReadAgain(DkimAlgorithm algorithm)
    {
        using var key = DkimPrivateKey.Generate(algorithm);
        using var read = DkimPrivateKey.FromPem(key.ToPem());
        Assert.Equal((algorithm, Convert.ToHexString(key.PublicKey)), (read.Algorithm, Convert.ToHexString(read.PublicKey)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Key_OfAnotherText_IsNone(string pem) =>
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => DkimPrivateKey.FromPem(pem));

    [Fact]
    public async Task Verify_OfAnyBytes_EndsAndNeverThrows()
    {
        Random random = new(5);
        string signed = await _dkim.SignAsync(Message, DkimFixture.Signing());
        for (int i = 0; i < 2000; i++)
        {
            char[] changed = signed.ToCharArray();
            for (int n = random.Next(1, 8); n > 0; n--)
            {
                changed[random.Next(changed.Length)] = (char)random.Next(256);
            }

            _ = await _dkim.VerifyAsync(new string(changed));
        }
    }

    private static (DkimStatus Status, string Problem) Said(DkimVerdict verdict) => (verdict.Status, verdict.Problem);
}
