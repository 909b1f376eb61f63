using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>Who sent it: found out by the whole server, and seen by who reads.</summary>
public class SenderTests
{
    private const string Message = """
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 *
        C: MAIL FROM:<ann@there.example>
        S: 250 *
        C: RCPT TO:<mox@here.example>
        S: 250 *
        C: DATA
        S: 354 *
        C: From: ann@there.example
        C: Authentication-Results: localhost; dmarc=pass header.from=there.example
        C: Subject: hello
        C:
        C: text
        C: .
        S: {reply}
        C: QUIT
        S: 221 *
        """;

    [Fact]
    public async Task Mail_IsReadWithWhatWasFoundOut()
    {
        await using TestServer server = await StartAsync("v=spf1 ip4:127.0.0.1 -all");
        await server.PlayAsync("SMTP", Message.Replace("{reply}", "250 *", StringComparison.Ordinal));
        await using LineClient reader = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(
            reader,
            MailPathTests.Login.Replace("moxmoxmox", await server.NewPasswordAsync(), StringComparison.Ordinal)
            + "C: c SELECT INBOX\nS...\nS: c OK *\n"
            + """
            C: d FETCH 1 BODY.PEEK[HEADER]
            S: * 1 FETCH (BODY[HEADER] {*
            S: Delivered-To: mox@here.example
            S: Return-Path: <ann@there.example>
            S: Authentication-Results: localhost;
            S: 	iprev=pass (without dnssec)
            S: 		policy.iprev=127.0.0.1;
            S: 	dkim=none;
            S: 	spf=pass (without dnssec)
            S: 		smtp.mailfrom=ann@there.example;
            S: 	dmarc=pass (policy reject of there.example, without dnssec)
            S: 		header.from=there.example
            S: Received-SPF: pass
            S: 	client-ip=127.0.0.1;
            S: 	envelope-from="ann@there.example";
            S: 	helo=client.example;
            S: 	receiver=localhost;
            S: 	identity=mailfrom;
            S: 	mechanism="ip4:127.0.0.1"
            S: Received: from client.example (localhost [127.0.0.1]) by localhost
            S: *
            S: *
            S: From: ann@there.example
            S: Subject: hello
            S:
            S: )
            S: d OK *
            """);
        Assert.Contains(server.Log.Entries, e => e.Message.StartsWith("delivered from=ann@there.example", StringComparison.Ordinal)
            && e.Message.EndsWith("spf=pass dkim=none dmarc=pass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForgedMail_IsRefusedInTheSession()
    {
        await using TestServer server = await StartAsync("v=spf1 ip4:192.0.2.1 -all");
        await server.PlayAsync("SMTP", Message.Replace("{reply}", "550 5.7.26 there.example asks to refuse *", StringComparison.Ordinal));
        Assert.Contains(server.Log.Entries, e => e.Message.Contains("reason=DmarcPolicy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sender_WhoCouldNotBeAnswered_IsRefused()
    {
        await using TestServer server = await StartAsync("v=spf1 +all");
        server.Dns.Mx("null.example", 0, ".").Timeout("silent.example");
        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 *
            C: MAIL FROM:<a@null.example>
            S: 550 5.7.27 *
            C: MAIL FROM:<a@silent.example>
            S: 451 4.4.0 *
            C: MAIL FROM:<a@there.example>
            S: 250 *
            """);
    }

    private static async Task<TestServer> StartAsync(string spf)
    {
        var server = new TestServer { IsLocalserve = false, Configure = WithAccounts.Add };
        server.Dns.Mx("there.example", 10, "mx.there.example").Txt("there.example", spf).Txt("_dmarc.there.example", "v=DMARC1; p=reject");
        await server.StartAgainAsync();
        return server;
    }
}
