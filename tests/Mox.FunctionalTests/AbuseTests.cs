namespace Mox.FunctionalTests;

/// <summary>Abuse cases that need the whole server.</summary>
public class AbuseTests
{
    [Fact]
    public async Task Abuse24_OpenRelay_IsRefusedInEveryDisguise()
    {
        string[] foreign =
        [
            "<victim@elsewhere.example>", "<victim%elsewhere.example@[127.0.0.1]>", "<@localhost:victim@elsewhere.example>",
            "<@a.example,@localhost:victim@elsewhere.example>", "<elsewhere.example!victim>", "<victim@[192.0.2.1]>", "<victim@[IPv6:2001:db8::1]>",
            "<victim@ELSEWHERE.example>", "<victim@xn--bcher-kva.example>", "<victim@sub.localhost>", "<victim@localhost.elsewhere.example>",
            "<victim@elsewhere.example.>", "<victim@>", "<@localhost>", "<victim>", "<\"mox@localhost\"@elsewhere.example>",
            "<mox@localhost@elsewhere.example>", "<mox@localhost%00@elsewhere.example>", "<victim@localhost elsewhere.example>",
        ];
        await using TestServer server = await TestServer.StartAsync();
        await server.StopAsync();
        server.IsLocalserve = false;
        await server.StartAgainAsync();
        foreach (string path in foreign)
        {
            await server.PlayAsync("SMTP", $"""
                S: 220 *
                C: EHLO client.example
                S...
                S: 250 *
                C: MAIL FROM:<mox@localhost>
                S: 250 *
                C: RCPT TO:{path}
                S: 5*
                C: DATA
                S: 503*
                """);
        }

        // A name of ours is answered like an unknown one until the content is there; then nobody got it.
        foreach (string path in (string[])["<victim%elsewhere.example@localhost>", "<\"victim@elsewhere.example\"@localhost>", "<elsewhere!victim@localhost>"])
        {
            await server.PlayAsync("SMTP", $"""
                S: 220 *
                C: EHLO client.example
                S...
                S: 250 *
                C: MAIL FROM:<mox@localhost>
                S: 250 *
                C: RCPT TO:{path}
                S: 250 *
                C: DATA
                S: 354 *
                C: Subject: relay
                C:
                C: .
                S: 550 5.1.1 *
                """);
        }

        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 *
            C: MAIL FROM:<>
            S: 250 *
            C: RCPT TO:<PostMaster>
            S: 250 *
            """);
        await server.PlayAsync("IMAPS", MailPathTests.Login + """
            C: c STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: c OK *
            """);
    }

    [Theory]
    [InlineData("mox' OR '1'='1")]
    [InlineData("*)(uid=*))(|(uid=*")]
    [InlineData("mox@localhost; DROP TABLE messages")]
    [InlineData("../../mox@localhost")]
    [InlineData("mox@localhost.")]
    [InlineData("@localhost")]
    [InlineData("mox")]
    public async Task Abuse33_LoginNameThatInjects_IsRefusedAsAnyOther(string login)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("IMAPS", $"S: * OK *\nC: a LOGIN \"{login}\" moxmoxmox\nS: a NO [AUTHENTICATIONFAILED] *\nC: b NOOP\nS: b OK *");
    }
}
