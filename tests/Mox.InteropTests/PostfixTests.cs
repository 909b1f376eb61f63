namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class PostfixTests(MoxServer server)
{
    [InteropFact("postfix")]
    public async Task Postfix_WithUsAsRelayhost_DeliversOverTls()
    {
        await using PostfixRelay postfix = await PostfixRelay.StartAsync(server.Smtp);
        for (int i = 0; i < 20; i++)
        {
            await postfix.SendAsync(["a@example.net", "b@example.net"], $"Subject: postfix {i}.\n\nGr\u00fc\u00dfe\n.\nline {i}\n");
        }

        using MailReader reader = server.Read("INBOX");
        for (int i = 0; i < 20; i++)
        {
            await reader.WaitForAnyAsync($"postfix {i}.");
            string message = reader.Text(reader.Search($"HEADER Subject \"postfix {i}.\"")[0]);
            Assert.Contains("with ESMTPS", message, StringComparison.Ordinal);
            Assert.EndsWith($"\r\n\r\nGr\u00fc\u00dfe\r\n.\r\nline {i}\r\n", message, StringComparison.Ordinal);
        }

        await postfix.WaitForEmptyQueueAsync();
        Assert.Equal(40, postfix.Log.Split("status=sent (250 ").Length - 1);
    }

    [InteropFact("postfix")]
    public async Task Postfix_WhenWeRefuseForGood_BouncesBackToUs()
    {
        await using PostfixRelay postfix = await PostfixRelay.StartAsync(server.Smtp);
        await postfix.SendAsync(["rcpttopermerror@example.net"], "Subject: to be refused\n\ntext\n");
        using MailReader reader = server.Read("INBOX");
        await reader.WaitForAnyAsync("Undelivered Mail Returned to Sender");
        string bounce = reader.Text(reader.Search("HEADER Subject \"Undelivered Mail Returned to Sender\"")[^1]);
        Assert.Contains("\r\nReturn-Path: <>\r\n", bounce, StringComparison.Ordinal);
        Assert.Contains("Diagnostic-Code: smtp; 550 ", bounce, StringComparison.Ordinal);
        await postfix.WaitForEmptyQueueAsync();
    }

    [InteropFact("postfix")]
    public async Task Postfix_WhenOneOfTwoFailsAtTheEnd_HasSentToBoth_AndItsSenderGetsOurReport()
    {
        await using PostfixRelay postfix = await PostfixRelay.StartAsync(server.Smtp);
        await postfix.SendAsync(["somebody@example.net", "permerror@example.net"], "Subject: half sent\nMessage-ID: <half.postfix@example.org>\n\ntext\n");
        using MailReader reader = server.Read("INBOX");
        string report = await reader.WaitForAsync("HEADER In-Reply-To \"<half.postfix@example.org>\"");
        Assert.Contains("\r\nReturn-Path: <>\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nFinal-Recipient: rfc822; permerror@example.net\r\nAction: failed\r\nStatus: 5.0.0\r\n", report, StringComparison.Ordinal);
        await postfix.WaitForEmptyQueueAsync();
        Assert.Equal(2, postfix.Log.Split("status=sent (250 2.0.0 delivered to 1 of 2 recipients").Length - 1);
    }

    // It leaves the report to us, since we announce DSN (RFC 3461 section 5.2.1).
    [InteropFact("postfix")]
    public async Task Postfix_WhoseSenderWantsToHearOfSuccess_LeavesTheReportToUs()
    {
        await using PostfixRelay postfix = await PostfixRelay.StartAsync(server.Smtp);
        await postfix.SendAsync(
            ["somebody@example.net"], "Subject: tell me\nMessage-ID: <tell.postfix@example.org>\n\ntext\n", "-N", "success,failure", "-V", "envelope-7");
        using MailReader reader = server.Read("INBOX");
        string report = await reader.WaitForAsync("HEADER In-Reply-To \"<tell.postfix@example.org>\"");
        Assert.Contains("\r\nOriginal-Envelope-Id: envelope-7\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nOriginal-Recipient: rfc822;somebody@example.net\r\nFinal-Recipient: rfc822; somebody@example.net\r\nAction: delivered\r\n", report, StringComparison.Ordinal);
        await postfix.WaitForEmptyQueueAsync();
        Assert.Single(reader.Search("HEADER In-Reply-To \"<tell.postfix@example.org>\""));
    }

    [InteropFact("postfix")]
    public async Task Postfix_WhenWeRefuseForNow_KeepsTheMessage()
    {
        await using PostfixRelay postfix = await PostfixRelay.StartAsync(server.Smtp);
        await postfix.SendAsync(["temperror@example.net"], "Subject: deferred\n\ntext\n");
        for (int i = 0; i < 600 && !postfix.Log.Contains("status=deferred", StringComparison.Ordinal); i++)
        {
            await Task.Delay(50);
        }

        Assert.Contains("said: 451 ", postfix.Log, StringComparison.Ordinal);
    }
}

/// <summary>A Postfix that relays everything to us.</summary>
internal sealed class PostfixRelay : IAsyncDisposable
{
    private readonly PostfixInstance _postfix = new();

    public string Log => _postfix.Log;

    public static async Task<PostfixRelay> StartAsync(int relayPort)
    {
        var relay = new PostfixRelay();
        await relay._postfix.PrepareAsync(
            $"""
            myhostname = relay.example
            mynetworks = 127.0.0.0/8
            smtp_dns_support_level = disabled
            relayhost = [127.0.0.1]:{relayPort}
            smtp_tls_security_level = encrypt
            notify_classes =
            """,
            $"""
            127.0.0.1:{MoxProcess.FreePort()} inet n - n - - smtpd
            pickup    unix n - n 60 1 pickup
            smtp      unix - - n - - smtp
            scache    unix - - n - 1 scache
            """);
        await relay._postfix.StartAsync();
        return relay;
    }

    /// <summary>Gives a message to Postfix as a local program would.</summary>
    public async Task SendAsync(string[] recipients, string message, params string[] options) =>
        await _postfix.RunAsync("sendmail", "-C", ["-i", "-f", "sender@example.org", .. options, "--", .. recipients], message);

    public async Task WaitForEmptyQueueAsync()
    {
        string queue = "";
        for (int i = 0; i < 300; i++)
        {
            queue = await _postfix.RunAsync("postqueue", "-c", ["-p"]);
            if (queue.Contains("Mail queue is empty", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{queue}\n{Log}");
    }

    public ValueTask DisposeAsync() => _postfix.DisposeAsync();
}
