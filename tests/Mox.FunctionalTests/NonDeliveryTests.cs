using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>Mail for a known and an unknown recipient, through the whole server: who sent it hears of the second by mail.</summary>
public class NonDeliveryTests
{
    private const string Half = """
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 *
        C: MAIL FROM:<{from}>
        S: 250 *
        C: RCPT TO:<ben@localhost>
        S: 250 *
        C: RCPT TO:<nobody@localhost>
        S: 250 *
        C: DATA
        S: 354 *
        C: Subject: half
        C: Message-ID: <half@there.example>
        C:
        C: text
        C: .
        S: {reply}
        C: QUIT
        S: 221 *
        """;

    [Fact]
    public async Task Report_ToASenderHere_IsInTheInbox()
    {
        await using var server = new TestServer { IsLocalserve = false, Configure = WithAccounts.Add };
        await server.StartAgainAsync();
        await server.PlayAsync("SMTP", Half.Replace("{from}", "mox@here.example", StringComparison.Ordinal)
            .Replace("{reply}", "250 2.0.0 delivered to 1 of 2 recipients; a report *", StringComparison.Ordinal));
        await using LineClient reader = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(reader, MailPathTests.Login.Replace("moxmoxmox", await server.NewPasswordAsync(), StringComparison.Ordinal) + "C: c SELECT INBOX\nS...\nS: c OK *\n");
        string text = "";
        for (int tries = 0; !text.Contains("5.1.1", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 600, "no report");
            await Task.Delay(50);
            await reader.SendLineAsync("e FETCH 1 BODY.PEEK[]");
            text = "";
            for (string line = ""; !line.StartsWith("e ", StringComparison.Ordinal);)
            {
                line = (await reader.ReadLineAsync())!;
                text += line + "\n";
            }
        }

        Assert.Contains("\nReturn-Path: <>\n", text, StringComparison.Ordinal);
        Assert.Contains("\nFrom: Mail Delivery System <postmaster@localhost>\n", text, StringComparison.Ordinal);
        Assert.Contains("\nFinal-Recipient: rfc822; nobody@localhost\nAction: failed\nStatus: 5.1.1\n", text, StringComparison.Ordinal);
        Assert.Single(server.Log.Entries, e => e.Message.StartsWith("reported id=", StringComparison.Ordinal) && e.Message.Contains("to=mox@here.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_WithoutAWayToTheSender_StaysAnError()
    {
        await using var server = new TestServer { IsLocalserve = false, Configure = WithAccounts.Add };
        await server.StartAgainAsync();
        await server.PlayAsync("SMTP", Half.Replace("{from}", "a@there.example", StringComparison.Ordinal)
            .Replace("{reply}", "550 5.1.1 no such user here; delivered to 1 of 2 recipients, not to <nobody@localhost> *", StringComparison.Ordinal));
        Assert.Single(server.Log.Entries, e => e.Message.StartsWith("no report: no route to=a@there.example", StringComparison.Ordinal));
    }
}
