using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth.Dkim;
using Mox.Store;
using Mox.Testing;

namespace Mox.Queue.Tests.Signing;

public sealed class SigningTests : IDisposable
{
    private readonly Keys _keys = new();

    [Fact]
    public async Task Submission_IsSignedOnce_ByEverySelector_AndVerifies()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"), _keys.Add("ed", algorithm: DkimAlgorithm.Ed25519));
        test.Transport.Outcome = (_, _) => test.Transport.Jobs.Count == 1 ? FakeTransport.Temporary : FakeTransport.HandedOn;
        await test.SubmitAsync(TestQueue.Text(1, extra: "Cc: <carol@example.net>\r\n"), to: "x@example.net");
        await test.SettledAsync();
        await test.AdvanceAsync(TimeSpan.FromHours(1));
        await test.EmptyAsync();
        string[] sent = [.. test.Transport.Contents];
        Assert.Equal(2, sent.Length);
        // The second attempt sends what the first did.
        Assert.Equal(sent[0], sent[1]);
        Assert.StartsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=rsa;", sent[0], StringComparison.Ordinal);
        IReadOnlyList<DkimVerdict> verdicts = await _keys.VerifyAsync(sent[0], test.Time);
        Assert.Equal([("rsa", DkimStatus.Pass), ("ed", DkimStatus.Pass)], verdicts.Select(verdict => (verdict.Signature!.Selector.Ascii, verdict.Status)));
        foreach (string field in (string[])["Cc: <other@example.net>", "From: <other@example.net>", "Reply-To: <other@example.net>"])
        {
            Assert.All(await _keys.VerifyAsync($"{field}\r\n{sent[0]}", test.Time), verdict => Assert.Equal(DkimStatus.Fail, verdict.Status));
        }

        Assert.All(await _keys.VerifyAsync(sent[0] + "more\r\n", test.Time), verdict => Assert.Equal(DkimStatus.Fail, verdict.Status));
        Assert.Equal((1, 1), (test.Metrics.Sum("mox.queue.signatures", ("algorithm", "Rsa"), ("result", "signed")), test.Metrics.Sum("mox.queue.signatures", ("algorithm", "Ed25519"))));
        Assert.Single(test.Metrics.Of("mox.queue.signing.duration"));
    }

    [Fact]
    public async Task WhatWasMissing_IsSignedToo_AndReceivedIsNot()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        await test.SubmitAsync("From: <alice@example.org>\r\nSubject: Grüße\r\n\r\nHallö\r\n", to: "x@example.net");
        await test.EmptyAsync();
        string sent = Assert.Single(test.Transport.Contents);
        Assert.Equal(DkimStatus.Pass, Assert.Single(await _keys.VerifyAsync(sent, test.Time)).Status);
        int date = sent.IndexOf("\r\nDate: ", StringComparison.Ordinal) + "\r\nDate: ".Length;
        Assert.Equal(DkimStatus.Fail, Assert.Single(await _keys.VerifyAsync(sent[..date] + "X" + sent[date..], test.Time)).Status);
        Assert.Contains("\r\nReceived: from here\r\n", sent, StringComparison.Ordinal);
        Assert.Equal(DkimStatus.Pass, Assert.Single(await _keys.VerifyAsync(sent.Replace("from here", "from there", StringComparison.Ordinal), test.Time)).Status);
    }

    [Fact]
    public async Task Selector_IsObeyed()
    {
        DkimSelectorConfig selector = _keys.Add("rsa") with
        {
            HeaderCanonicalization = DkimCanonicalization.Simple,
            BodyCanonicalization = DkimCanonicalization.Simple,
            Headers = ["From", "Subject"],
            Oversign = false,
            Expiration = TimeSpan.Zero,
        };
        await using TestQueue test = await StartAsync(selector);
        await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net");
        await test.EmptyAsync();
        DkimSignature signature = Assert.Single(await _keys.VerifyAsync(Assert.Single(test.Transport.Contents), test.Time)).Signature!;
        Assert.Equal((Canonicalization.Simple, Canonicalization.Simple), (signature.HeaderForm, signature.BodyForm));
        Assert.Equal(["From", "Subject"], signature.SignedFields);
        Assert.Null(signature.ExpiresAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task Signature_HoldsForTheLastAttempt(int releaseAfterDays)
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        DateTimeOffset release = test.Time.GetUtcNow() + TimeSpan.FromDays(releaseAfterDays);
        using SpooledMessage content = test.Spool(TestQueue.Text(1));
        var mail = new OutgoingMail { Account = "alice", From = TestQueue.From(), Content = content, Recipients = [TestQueue.To("x@example.net")], ReleaseAt = release };
        Assert.Equal(250, (await test.Submitter.SubmitAsync(mail, default)).Reply.Code);
        await test.AdvanceAsync(TimeSpan.FromDays(releaseAfterDays));
        await test.EmptyAsync();
        string sent = Assert.Single(test.Transport.Contents);
        Assert.Equal(release + test.Queue.Options.Lifetime + TimeSpan.FromDays(3), Assert.Single(await _keys.VerifyAsync(sent, test.Time)).Signature!.ExpiresAt);
    }

    [Fact]
    public async Task Key_ThatIsGone_IsATemporaryError_AndOneLine_UntilItIsThereAgain()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net")).Reply.Code);
        string pem = await File.ReadAllTextAsync(_keys.Path("rsa"));
        File.Delete(_keys.Path("rsa"));
        SubmitResult refused = await test.SubmitAsync(TestQueue.Text(2), to: "x@example.net");
        Assert.Equal("451 4.3.0 the message cannot be signed now, try again later", refused.Reply.ToString());
        Assert.Null(refused.MessageId);
        LogEntry error = Assert.Single(test.Log.Entries, entry => entry.Level >= LogLevel.Error);
        Assert.Contains("domain=example.org selector=rsa", error.Message, StringComparison.Ordinal);
        Assert.Contains(_keys.Path("rsa"), error.Message, StringComparison.Ordinal);
        Assert.Equal(1, test.Metrics.Sum("mox.queue.signatures", ("result", "failed")));
        _keys.Write("rsa", pem);
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(3), to: "x@example.net")).Reply.Code);
        await test.EmptyAsync();
        Assert.Equal(2, test.Transport.Contents.Count);
    }

    [Fact]
    public async Task Key_ThatIsNone_OrThatOthersCanRead_IsATemporaryError()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        _keys.Write("rsa", "no key at all");
        Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net")).Reply.Code);
        if (!OperatingSystem.IsWindows())
        {
            _keys.Write("rsa", Keys.Pem(DkimAlgorithm.Rsa));
            File.SetUnixFileMode(_keys.Path("rsa"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.Equal(451, (await test.SubmitAsync(TestQueue.Text(2), to: "x@example.net")).Reply.Code);
            Assert.Contains(test.Log.Entries, entry => entry.Level == LogLevel.Error && entry.Message.Contains("can be read by other users", StringComparison.Ordinal));
        }

        Assert.Empty(await test.ListAsync());
    }

    [Fact]
    public async Task Key_ThatIsReplaced_IsTakenAtOnce()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net");
        _keys.Write("rsa", Keys.Pem(DkimAlgorithm.Rsa));
        File.SetLastWriteTimeUtc(_keys.Path("rsa"), DateTime.UnixEpoch);
        await test.SubmitAsync(TestQueue.Text(2), to: "x@example.net");
        await test.EmptyAsync();
        DkimStatus[] statuses = await Task.WhenAll(test.Transport.Contents
            .OrderBy(sent => sent.Contains("Hello 2", StringComparison.Ordinal)).Select(async sent => Assert.Single(await _keys.VerifyAsync(sent, test.Time)).Status));
        Assert.Equal([DkimStatus.Pass, DkimStatus.Fail], statuses);
    }

    [Fact]
    public async Task Configuration_IsAskedEachTime()
    {
        await using TestQueue test = await StartAsync();
        await test.SubmitAsync(TestQueue.Text(1), to: "x@example.net");
        test.Live.Replace(Keys.Config(_keys.Add("rsa")));
        await test.SubmitAsync(TestQueue.Text(2), to: "x@example.net");
        await test.EmptyAsync();
        Assert.Equal([0, 1], (await Task.WhenAll(test.Transport.Contents.Select(sent => _keys.VerifyAsync(sent, test.Time)))).Select(verdicts => verdicts.Count).Order());
    }

    [Fact]
    public async Task Domain_WithoutKeys_IsSignedForByTheOneAbove()
    {
        await using TestQueue test = await TestQueue.StartAsync();
        MoxConfig config = Keys.Config(_keys.Add("rsa"));
        Domain sub = Domain.Parse("shop.example.org");
        test.Live.Replace(config with
        {
            Domains = config.Domains.Add(sub, new DomainConfig { Name = sub }),
            Accounts = config.Accounts.SetItem("alice", TestQueue.Account("alice", "alice@example.org", "alice@shop.example.org")),
        });
        await test.SubmitAsync(TestQueue.Text(1, "alice@shop.example.org"), to: "x@example.net");
        await test.EmptyAsync();
        DkimVerdict verdict = Assert.Single(await _keys.VerifyAsync(Assert.Single(test.Transport.Contents), test.Time));
        Assert.Equal((DkimStatus.Pass, "example.org"), (verdict.Status, verdict.Signature!.Domain.Ascii));
    }

    // The From field decides, whatever the reverse-path is; and a report that a user's program sends is signed as well.
    [Theory]
    [InlineData("alice@paused.example")]
    [InlineData("")]
    public async Task FromField_SaysWhoSigns(string path)
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"));
        string text = path.Length > 0 ? TestQueue.Text(1)
            : "From: <alice@example.org>\r\nSubject: read\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b--\r\n";
        Assert.Equal(250, (await test.SubmitAsync(text, path, to: "x@example.net")).Reply.Code);
        await test.EmptyAsync();
        DkimVerdict verdict = Assert.Single(await _keys.VerifyAsync(Assert.Single(test.Transport.Contents), test.Time));
        Assert.Equal((DkimStatus.Pass, "example.org"), (verdict.Status, verdict.Signature!.Domain.Ascii));
    }

    [Fact]
    public async Task LargeMessage_IsSignedInLittleMemory()
    {
        await using TestQueue test = await StartAsync(_keys.Add("rsa"), _keys.Add("ed", algorithm: DkimAlgorithm.Ed25519));
        using SpooledMessageWriter writer = test.Accounts.CreateSpool();
        writer.Write(Encoding.ASCII.GetBytes(TestQueue.Text(1)));
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 1000)));
        for (int i = 0; i < 400; i++)
        {
            writer.Write(lines);
        }

        using SpooledMessage content = writer.Finish();
        var signer = new MailSigner(test.Queue, test.Live, test.Log.CreateLogger<MailSigner>());
        Domain domain = Domain.Parse("example.org");
        await signer.SignAsync(domain, content, default, null, default);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string signatures = await signer.SignAsync(domain, content, default, null, default);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 1024 * 1024);
        await using Stream stream = content.OpenStream(Encoding.ASCII.GetBytes(signatures));
        using var message = new MemoryStream();
        await stream.CopyToAsync(message);
        Assert.Equal(message.Length, stream.Length);
        Assert.All(
            await _keys.VerifyAsync(Encoding.ASCII.GetString(message.GetBuffer(), 0, (int)message.Length), test.Time),
            verdict => Assert.Equal(DkimStatus.Pass, verdict.Status));
    }

    [Fact]
    public async Task Span_NamesTheDomain()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == QueueMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using TestQueue test = await TestQueue.StartAsync();
        test.Live.Replace(Keys.Config(Keys.Config(_keys.Add("rsa")), "span.example", _keys.Add("span", "span.example")) with
        {
            Accounts = TestQueue.Config().Accounts.SetItem("alice", TestQueue.Account("alice", "alice@example.org", "alice@span.example")),
        });
        Assert.Equal(250, (await test.SubmitAsync(TestQueue.Text(1, "alice@span.example"), "alice@span.example", to: "x@example.net")).Reply.Code);
        // Other tests run beside this one.
        Activity span = Assert.Single(spans, span => span.OperationName == "queue.sign" && span.GetTagItem("mox.dkim.domain") as string == "span.example");
        Assert.Equal("queue.submit", span.Parent!.OperationName);
    }

    [Fact]
    public void DefaultHeaders_AreThoseOfTheSigner() => Assert.Equal(DkimSigning.DefaultFields, DkimSelectorConfig.DefaultHeaders);

    public void Dispose() => _keys.Dispose();

    private static async Task<TestQueue> StartAsync(params DkimSelectorConfig[] sign)
    {
        TestQueue test = await TestQueue.StartAsync();
        test.Live.Replace(sign.Length == 0 ? TestQueue.Config() : Keys.Config(sign));
        return test;
    }
}
