namespace Mox.InteropTests.Sending;

/// <summary>Mail that the next server cannot take now waits, and goes when it can.</summary>
[Collection(SendingCollection.Name)]
public sealed class DeferredTests(SendingFixture fixture)
{
    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Smarthost_ThatIsDown_GetsTheMailWhenItIsUp()
    {
        await SendAsync("late.example", "comes late");
        await WaitForListAsync("late.example", "connection refused");
        await using Smarthost late = new() { Open = fixture.LatePort };
        await late.PrepareAsync();
        await late.StartAsync();
        await fixture.Server.CommandAsync("queue", "schedule", "--now", "--to", "late.example");
        await late.WaitForAsync("Subject: comes late\r\n");
        await WaitForListAsync("late.example", null);
        Assert.Equal(1, late.Count("Subject: comes late\r\n"));
    }

    [InteropFact("postfix", "dovecot", "python3")]
    public async Task Smarthost_WithACertificateForAnotherName_GetsNothing()
    {
        await SendAsync("misnamed.example", "for another name");
        await WaitForListAsync("misnamed.example", "certificate");
        Assert.Equal(0, fixture.Smarthost.Count("Subject: for another name"));
        await fixture.Server.CommandAsync("queue", "drop", "--to", "misnamed.example");
        await WaitForListAsync("misnamed.example", null);
    }

    private Task SendAsync(string domain, string subject) => fixture.PythonAsync($"""
        s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=tls)
        s.login(user, password)
        assert s.sendmail(user, ['bob@{domain}'], 'From: ' + user + '\r\nSubject: {subject}\r\n\r\ntext\r\n') == dict()
        s.quit()
        """);

    // Waits until the queue's line for the domain has these words; null: until there is no line.
    private async Task WaitForListAsync(string domain, string? words)
    {
        string list = "";
        for (int i = 0; i < 60; i++)
        {
            list = (await fixture.Server.CommandAsync("queue", "list", "--json", "--to", domain)).Output;
            if (words is null ? !list.Contains($"bob@{domain}", StringComparison.Ordinal) : list.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            await Task.Delay(200);
        }

        throw new TimeoutException($"no {words} in {list}\n{fixture.Server.Log}");
    }
}
