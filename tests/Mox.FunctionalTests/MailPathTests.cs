using System.Text;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>Mail comes in, is kept, and is read.</summary>
public class MailPathTests
{
    internal const string Deliver = """
        S: 220 localhost ESMTP *
        C: EHLO client.example
        S...
        S: 250 *
        C: MAIL FROM:<alice@example.org>
        S: 250 *
        C: RCPT TO:<anybody@example.net>
        S: 250 *
        C: DATA
        S: 354 *
        C: Subject: hello
        C: Message-ID: <1@example.org>
        C:
        C: one line
        C: ..dot
        C: .
        S: 250 *
        C: QUIT
        S: 221 *
        S: <eof>
        """;

    [Fact]
    public async Task Mail_BySmtp_IsReadOverStartTls()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", Deliver);
        await server.PlayAsync("IMAP", """
            S: * OK *
            C: a STARTTLS
            S: a OK *
            C: <tls>
            C: b LOGIN mox@localhost moxmoxmox
            S...
            S: b OK *
            C: c SELECT INBOX
            S...
            S: c OK [READ-WRITE] *
            C: d FETCH 1:* (FLAGS BODY.PEEK[TEXT])
            S: * 1 FETCH (FLAGS () BODY[TEXT] {16}
            S: one line
            S: .dot
            S: )
            S: d OK *
            C: e LOGOUT
            S: * BYE *
            S: e OK *
            S: <eof>
            """);
    }

    [Fact]
    public async Task Mail_BySmtpOverStartTls_IsReadOverTls()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 *
            C: STARTTLS
            S: 220 *
            C: <tls>
            C: EHLO client.example
            S...
            S: 250 *
            C: MAIL FROM:<alice@example.org>
            S: 250 *
            C: RCPT TO:<mox@localhost>
            S: 250 *
            C: BDAT 20 LAST
            C: Subject: tls
            C:
            C: abc
            S: 250 *
            C: QUIT
            S: 221 *
            """.Replace("BDAT 20", $"BDAT {"Subject: tls\r\n\r\nabc\r\n".Length}", StringComparison.Ordinal));
        await server.PlayAsync("IMAPS", """
            S: * OK *
            C: b LOGIN mox@localhost moxmoxmox
            S...
            S: b OK *
            C: c STATUS INBOX (MESSAGES UNSEEN)
            S: * STATUS Inbox (MESSAGES 1 UNSEEN 1)
            S: c OK *
            C: d EXAMINE INBOX
            S...
            S: d OK [READ-ONLY] *
            C: e FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]
            S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {16}
            S: Subject: tls
            S:
            S: )
            S: e OK *
            """);
    }

    [Fact]
    public async Task Restart_KeepsMailFlagsAndUids()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", Deliver);
        await server.PlayAsync("IMAPS", Login + """
            C: c SELECT INBOX
            S...
            S: c OK *
            C: d STORE 1 +FLAGS (\Flagged $Important)
            S...
            S: d OK *
            C: e CREATE Keep/This
            S: e OK *
            """);
        await server.StopAsync();
        await server.StartAgainAsync();
        await server.PlayAsync("SMTP", Deliver);
        await server.PlayAsync("IMAPS", Login + """
            C: c LIST "" "Keep/*"
            S: * LIST (\HasNoChildren) "/" Keep/This
            S: c OK *
            C: d SELECT INBOX
            S...
            S: d OK *
            C: e UID FETCH 1:* FLAGS
            S: * 1 FETCH (UID 1 FLAGS (\Flagged $important))
            S: * 2 FETCH (UID 2 FLAGS ())
            S: e OK *
            """);
    }

    [Fact]
    public async Task Idle_MailComesIn_IsTold()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient reader = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(reader, Login + """
            C: c SELECT INBOX
            S...
            S: c OK *
            C: d IDLE
            S: + *
            """);
        await server.PlayAsync("SMTP", Deliver);
        await Transcript.RunAsync(reader, """
            S: * 1 EXISTS
            C: DONE
            S...
            S: d OK *
            """);
    }

    [Fact]
    public async Task Append_ThenFetch_IsTheSameBytes()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient client = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(client, Login);
        byte[] message = Encoding.UTF8.GetBytes("Subject: grüße\r\n\r\nbare\nlf and no end");
        await client.SendLineAsync($"a APPEND Drafts (\\Draft) {{{message.Length}}}");
        Assert.StartsWith("+", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.SendAsync(message);
        await client.SendLineAsync("");
        string? reply;
        while (!(reply = await client.ReadLineAsync())!.StartsWith("a ", StringComparison.Ordinal))
        {
        }

        Assert.StartsWith("a OK [APPENDUID ", reply, StringComparison.Ordinal);
        await Transcript.RunAsync(client, """
            C: b SELECT Drafts
            S...
            S: b OK *
            C: c UID FETCH 1 BODY.PEEK[]
            """);
        Assert.EndsWith($"{{{message.Length}}}", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(message, await client.ReadBytesAsync(message.Length));
    }

    [Theory]
    [InlineData("temperror", "451")]
    [InlineData("permerror", "550")]
    [InlineData("x452", "452")]
    [InlineData("x599", "599")]
    public async Task SimulatedError_AfterContent_IsAnswered(string localPart, string code)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", Deliver
            .Replace("anybody@", localPart + "@", StringComparison.Ordinal)
            .Replace("C: .\nS: 250 *", $"C: .\nS: {code}*", StringComparison.Ordinal));
        await server.PlayAsync("IMAPS", Login + """
            C: c STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: c OK *
            """);
    }

    [Fact]
    public async Task Alias_Configured_ReachesEachMember()
    {
        await using TestServer server = await TestServer.StartAsync(config => WithAccounts.Add(config));
        await server.PlayAsync("SMTP", Deliver.Replace("anybody@example.net", "team@localhost", StringComparison.Ordinal));
        foreach (string name in (string[])["anna", "ben"])
        {
            await server.PlayAsync("IMAPS", Login.Replace("mox@localhost", name + "+here@localhost", StringComparison.Ordinal) + """
                C: c STATUS INBOX (MESSAGES)
                S: * STATUS Inbox (MESSAGES 1)
                S: c OK *
                """);
        }
    }

    internal const string Login = """
        S: * OK *
        C: login LOGIN mox@localhost moxmoxmox
        S...
        S: login OK *

        """;
}
