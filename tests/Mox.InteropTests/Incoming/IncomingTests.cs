using System.Globalization;
using Mox.InteropTests.Sending;

namespace Mox.InteropTests.Incoming;

/// <summary>Mail of a domain that signs with opendkim and sends with Postfix: what its receiver reads about who sent it.</summary>
/// <remarks>The resolver takes every address of loopback for localhost, so iprev fails for those that are not 127.0.0.1.</remarks>
public sealed class IncomingTests(FakeInternet internet) : IClassFixture<FakeInternet>
{
    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task Mail_FromItsOwnServer_PassesEverything()
    {
        await internet.SendAsync(SendingServer.User, "straight");
        string message = await ReadAsync("straight");
        Assert.StartsWith($"Delivered-To: {SendingServer.User}\r\nReturn-Path: <ann@sender.example>\r\nAuthentication-Results: mail.example.org;\r\n", message, StringComparison.Ordinal);
        AssertResults(
            message, "iprev=fail", "dkim=pass (2048 bit key, without dnssec)\r\n\t\theader.d=sender.example", "spf=pass", "smtp.mailfrom=ann@sender.example",
            "dmarc=pass (policy reject of sender.example, without dnssec)\r\n\t\theader.from=sender.example");
        Assert.Contains("\r\nReceived-SPF: pass\r\n\tclient-ip=127.0.0.2;", message, StringComparison.Ordinal);
        Assert.Contains("\r\nReceived: from mail.sender.example ([127.0.0.2])", message, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task ForwardedMail_FailsSpf_AndPassesByItsSignature()
    {
        await internet.SendAsync("alice@forward.example", "forwarded");
        string message = await ReadAsync("forwarded");
        AssertResults(message, "iprev=fail", "dkim=pass", "spf=fail", "smtp.mailfrom=ann@sender.example", "dmarc=pass");
        Assert.Contains("\r\nReceived-SPF: fail\r\n\tclient-ip=127.0.0.4;", message, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task MailChangedOnItsWay_IsRefused_AndTheForwarderHearsWhy()
    {
        await internet.SendAsync("alice@forward.example", "changed");
        for (int tries = 0; !internet.ForwardingPostfix.Log.Contains("550 5.7.26", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 600, internet.SendingPostfix.Log + internet.ForwardingPostfix.Log);
            await Task.Delay(100);
        }

        Assert.Matches("550 5.7.26 sender.example asks to refuse .* SPF for sender.example is fail, DKIM is fail for sender.example", internet.ForwardingPostfix.Log);
    }

    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task ForgedMail_IsRefused()
    {
        ProgramResult result = await SwaksAsync("--from", FakeInternet.Sender, "--h-From", FakeInternet.Sender);
        Assert.Contains("<** 550 5.7.26 sender.example asks to refuse", result.Output, StringComparison.Ordinal);
        Assert.Contains("SPF for sender.example is fail, there is no DKIM signature", result.Output, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task ForgedResults_AreNotRead()
    {
        (await SwaksAsync(
            "--from", "x@open.example", "--h-From", "x@open.example", "--h-Subject", "results",
            "--header", "Authentication-Results: mail.example.org; dmarc=pass header.from=sender.example",
            "--header", "Authentication-Results: mail.sender.example; spf=pass smtp.mailfrom=x")).Expect(0);
        string message = await ReadAsync("results");
        AssertResults(message, "iprev=fail", "dkim=none", "spf=none", "dmarc=none");
        Assert.DoesNotContain("header.from=sender.example", message, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthentication-Results: mail.sender.example; spf=pass smtp.mailfrom=x\r\n", message, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "opendkim", "unbound", "swaks")]
    public async Task Senders_WhoCouldNotBeAnswered_AreRefused()
    {
        Assert.Contains("<** 550 5.7.27 ", (await SwaksAsync("--from", "a@null.example")).Output, StringComparison.Ordinal);
        Assert.Contains("<** 550 5.7.27 ", (await SwaksAsync("--from", "a@nowhere.example")).Output, StringComparison.Ordinal);
        ProgramResult many = await SwaksAsync("--from", "a@open.example", "--to", $"crash@example.org,{SendingServer.User}", "--h-Subject", "first only");
        Assert.Contains("<** 452 4.5.3 ", many.Output, StringComparison.Ordinal);
    }

    // The results stand in one field, each in its place.
    private static void AssertResults(string message, params string[] results)
    {
        int at = message.IndexOf("Authentication-Results: mail.example.org;", StringComparison.Ordinal);
        int end = message.IndexOf("\r\nReceived-SPF:", StringComparison.Ordinal);
        Assert.True(at >= 0 && end > at, message);
        foreach (string result in results)
        {
            int found = message.IndexOf(result, at, end - at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"no {result} in its place in\n{message}");
            at = found;
        }
    }

    private async Task<string> ReadAsync(string subject)
    {
        using MailReader reader = internet.Server.Read("INBOX");
        return await reader.WaitForSubjectAsync(subject);
    }

    // A stranger at 127.0.0.3.
    private Task<ProgramResult> SwaksAsync(params string[] arguments) => Programs.RunAsync(
        "swaks",
        [
            "--server", "127.0.0.1", "--port", internet.Server.Smtp.ToString(CultureInfo.InvariantCulture), "--local-interface", "127.0.0.3",
            "--helo", "stranger.example", .. arguments.Contains("--to") ? arguments : ["--to", SendingServer.User, .. arguments],
        ]);
}
