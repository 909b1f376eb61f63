using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Mox.Dns;
using Mox.EmailAuth.Arc;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Tests.Dkim;
using Mox.Mime;

namespace Mox.EmailAuth.Tests.Arc;

public sealed class ArcVerifierTests : IDisposable
{
    private const string Message = "From: a@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";

    private readonly DkimFixture _dkim = new();

    public void Dispose() => _dkim.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Verify_OfAWholeChain_Passes(int sets)
    {
        var verdict = await VerifyAsync(await SealAsync(Message, sets));
        Assert.Equal((ArcStatus.Pass, "", 0, sets), (verdict.Status, verdict.Problem, verdict.OldestPass, verdict.Sealers.Count));
        Assert.Equal($"i={sets}; example.org; spf=pass", verdict.LastResults);
    }

    [Fact]
    public async Task Verify_OfAMessageChangedBetweenHops_TellsSinceWhenItIsTheSame()
    {
        string changed = (await SealAsync(Message, 2)).Replace("Hello", "Hello from the list", StringComparison.Ordinal);
        var verdict = await VerifyAsync(await SealAsync(changed, 2, from: 3));
        Assert.Equal((ArcStatus.Pass, 3), (verdict.Status, verdict.OldestPass));
        Assert.Equal(ArcStatus.Fail, (await VerifyAsync(changed)).Status);
    }

    [Theory]
    [InlineData("i=2; example.org; spf=pass", "i=2; example.org; spf=fail", "ARC-Message-Signature 3")]
    [InlineData("i=1; example.org; spf=pass", "i=1; example.org; spf=fail", "ARC-Message-Signature 3")]
    [InlineData("cv=none", "cv=pass", "ARC-Seal 1 says")]
    [InlineData("ARC-Authentication-Results: i=2", "X-Results: i=2", "the set 2 is not whole")]
    [InlineData("ARC-Authentication-Results: i=2", "ARC-Authentication-Results: i=3", "ARC-Authentication-Results has the instance 3 twice")]
    [InlineData("ARC-Authentication-Results: i=2", "ARC-Authentication-Results: i=51", "ARC-Authentication-Results has a bad instance")]
    [InlineData("ARC-Authentication-Results: i=2", "ARC-Authentication-Results: x", "ARC-Authentication-Results has a bad instance")]
    [InlineData("Subject: Hi", "Subject: Ho", "ARC-Message-Signature 3")]
    public async Task Verify_OfABrokenChain_Fails(string from, string to, string problem)
    {
        string message = (await SealAsync(Message, 3)).Replace(from, to, StringComparison.Ordinal);
        var verdict = await VerifyAsync(message);
        Assert.Equal(ArcStatus.Fail, verdict.Status);
        // Where fields of earlier sets change, the seals break; the message signature is looked at first, and covers none of them.
        Assert.StartsWith(from.StartsWith("i=", StringComparison.Ordinal) ? "ARC-Seal 3" : problem, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WhereDnsFails_IsTempError()
    {
        string message = await SealAsync(Message, 1);
        _dkim.Dns.Fail("rsa._domainkey.example.org", DnsStatus.Timeout);
        Assert.Equal(ArcStatus.TempError, (await VerifyAsync(message)).Status);
    }

    [Fact]
    public async Task Verify_WithoutAChain_IsNone() => Assert.Equal(ArcStatus.None, (await VerifyAsync(Message)).Status);

    [Fact]
    public async Task Verify_OfAnyBytes_EndsAndNeverThrows()
    {
        Random random = new(6);
        string message = await SealAsync(Message, 2);
        for (int i = 0; i < 500; i++)
        {
            char[] changed = message.ToCharArray();
            changed[random.Next(changed.Length)] = (char)random.Next(256);
            _ = await VerifyAsync(new string(changed));
        }
    }

    private static Task<AuthMessage> ReadAsync(string message) =>
        AuthMessage.ReadAsync(new MemoryStream(Encoding.Latin1.GetBytes(message)), CancellationToken.None);

    // A sealer by the letter of RFC 8617 section 5.1, only for tests: the server does not seal.
    private static async Task<string> SealAsync(string message, int sets, int from = 1)
    {
        var key = DkimFixture.Signing().Key;
        for (int i = from; i < from + sets; i++)
        {
            var read = await ReadAsync(message);
            string body = Convert.ToBase64String(await read.BodyHashAsync(Canonicalization.Relaxed, CancellationToken.None));
            string results = $"ARC-Authentication-Results: i={i}; example.org; spf=pass\r\n";
            string signature = $"ARC-Message-Signature: i={i}; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=rsa; h=from:subject; bh={body}; b=";
            string[] signed = ["From", "Subject"];
            signature += Sign(SignedFields.Select(read.Header.Fields(), signed), signature) + "\r\n";
            string seal = $"ARC-Seal: i={i}; a=rsa-sha256; d=example.org; s=rsa; cv={(i == 1 ? "none" : "pass")}; b=";
            var fields = new HeaderBlock(Encoding.Latin1.GetBytes(results + signature + message)).Fields().ToList();
            List<HeaderField> inOrder = [];
            for (int n = 1; n <= i; n++)
            {
                foreach (string name in new[] { "ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal" })
                {
                    inOrder.AddRange(fields.Where(field => field.Is(name) && field.Text().StartsWith($"i={n};", StringComparison.Ordinal)));
                }
            }

            message = seal + Sign(inOrder, seal) + "\r\n" + results + signature + message;
        }

        return message;

        string Sign(IEnumerable<HeaderField> fields, string own)
        {
            ArrayBufferWriter<byte> bytes = new();
            foreach (var field in fields)
            {
                HeaderCanonicalizer.Write(bytes, field, Canonicalization.Relaxed);
            }

            HeaderCanonicalizer.WriteUnsigned(bytes, new HeaderBlock(Encoding.Latin1.GetBytes(own + "\r\n")).Fields().Single(), Canonicalization.Relaxed);
            return Convert.ToBase64String(key.Sign(SHA256.HashData(bytes.WrittenSpan)));
        }
    }

    private async Task<ArcVerdict> VerifyAsync(string message) =>
        await new ArcVerifier(_dkim.Dns, _dkim.Time, new EmailAuthMetrics(_dkim.Metrics)).VerifyAsync(await ReadAsync(message), CancellationToken.None);
}
