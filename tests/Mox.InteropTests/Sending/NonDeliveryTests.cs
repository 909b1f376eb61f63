using System.Globalization;

namespace Mox.InteropTests.Sending;

/// <summary>What servers outside hear of mail that they bring: reports go to their senders through the smarthost.</summary>
[Collection(SendingCollection.Name)]
public sealed class NonDeliveryTests(SendingFixture fixture)
{
    [InteropFact("postfix", "dovecot", "swaks")]
    public async Task KnownAndUnknown_BySwaks_Is250AndTheSenderGetsAReport()
    {
        ProgramResult result = await Programs.RunAsync(
            "swaks", "--server", "127.0.0.1", "--port", fixture.Server.Smtp.ToString(CultureInfo.InvariantCulture), "--from", "bob@open.example",
            "--to", $"{SendingServer.User},nobody@example.org", "--h-Subject", "half known", "--h-Message-Id", "<half@open.example>");
        Assert.Contains("<-  250 2.0.0 delivered to 1 of 2 recipients; a report tells the sender about the others", result.Expect(0).Output, StringComparison.Ordinal);
        using MailReader reader = fixture.Server.Read("INBOX");
        await reader.WaitForSubjectAsync("half known");
        string report = await fixture.Smarthost.WaitForAsync("In-Reply-To: <half@open.example>\r\n");
        Assert.Contains("\r\nReturn-Path: <>\r\n", "\r\n" + report, StringComparison.Ordinal);
        Assert.Contains("\r\nSubject: mail delivery failed\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nFinal-Recipient: rfc822; nobody@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n", report, StringComparison.Ordinal);
        Assert.Contains("Diagnostic-Code: smtp; 550 5.1.1 no such user here", report, StringComparison.Ordinal);
        Assert.Contains("\r\nSubject: half known\r\n", report, StringComparison.Ordinal);
        Assert.DoesNotContain(SendingServer.User + "\r\nAction", report, StringComparison.Ordinal);
    }

    // No way leads to the sender: then the session says what a report cannot.
    [InteropFact("postfix", "dovecot", "swaks")]
    public async Task KnownAndUnknown_OfASenderWithoutRoute_IsRefused()
    {
        ProgramResult result = await Programs.RunAsync(
            "swaks", "--server", "127.0.0.1", "--port", fixture.Server.Smtp.ToString(CultureInfo.InvariantCulture), "--from", "bob@nowhere.example",
            "--to", $"{SendingServer.User},nobody@example.org", "--h-Subject", "half without route");
        Assert.Contains("<** 550 5.1.1 no such user here; delivered to 1 of 2 recipients, not to <nobody@example.org>", result.Output, StringComparison.Ordinal);
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Notify_OfSuccess_IsHonouredOnPort25()
    {
        await fixture.PythonAsync($$"""
        s = smtplib.SMTP('127.0.0.1', {{fixture.Server.Smtp}})
        s.ehlo()
        assert s.has_extn('dsn'), s.esmtp_features
        def send(name, notify):
            assert s.sendmail('bob@open.example', [user], 'From: bob@open.example\r\nSubject: ' + name + '\r\nMessage-ID: <' + name + '@open.example>\r\n\r\nthe text\r\n',
                ['RET=FULL', 'ENVID=env+2B' + name], notify) == {}
        send('quiet', ['NOTIFY=NEVER'])
        send('told', ['NOTIFY=SUCCESS,FAILURE', 'ORCPT=rfc822;old+2B@open.example'])
        s.quit()
        """);
        string report = await fixture.Smarthost.WaitForAsync("In-Reply-To: <told@open.example>\r\n");
        Assert.Contains("\r\nSubject: mail was delivered\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nOriginal-Envelope-Id: env+told\r\n", report, StringComparison.Ordinal);
        Assert.Contains(
            $"\r\nOriginal-Recipient: rfc822;old+@open.example\r\nFinal-Recipient: rfc822; {SendingServer.User}\r\nAction: delivered\r\nStatus: 2.0.0\r\n", report, StringComparison.Ordinal);
        // The message comes back with failures only, its header always.
        Assert.Contains("\r\nMessage-ID: <told@open.example>\r\n", report, StringComparison.Ordinal);
        Assert.DoesNotContain("the text", report, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Smarthost.Count("In-Reply-To: <quiet@open.example>\r\n"));
    }
}
