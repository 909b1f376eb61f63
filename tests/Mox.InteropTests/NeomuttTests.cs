namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class NeomuttTests(MoxServer server)
{
    [InteropFact("neomutt")]
    public async Task Batch_Send_Delivers()
    {
        string configuration = await ConfigurationAsync("batch", "set copy = no");
        (await Programs.RunAsync("neomutt", ["-n", "-F", configuration, "-s", "neomutt batch", "somebody@example.net"], "Hello from neomutt\n", server.Folder, Home())).Expect(0);
        using MailReader reader = server.Read("INBOX");
        Assert.Contains("\r\n\r\nHello from neomutt\r\n", await reader.WaitForSubjectAsync("neomutt batch"), StringComparison.Ordinal);
    }

    [InteropFact("neomutt", "script")]
    public async Task Screen_Send_SavesACopyByImap()
    {
        using MailReader reader = server.Read();
        reader.Command("CREATE NeomuttSent");
        string editor = Path.Combine(server.Folder, "neomutt-editor");
        await File.WriteAllTextAsync(editor, "#!/bin/sh\necho 'Hello from neomutt' >>\"$1\"\n");
        (await Programs.RunAsync("chmod", "+x", editor)).Expect(0);
        await ScreenAsync("NeomuttSent", await ConfigurationAsync("send", $"""
            set record = "+NeomuttSent"
            set editor = "{editor}"
            push "<mail>somebody@example.net<enter>neomutt sends<enter><send-message><quit>"
            """));
        reader.Command("SELECT INBOX");
        string message = await reader.WaitForSubjectAsync("neomutt sends");
        Assert.Contains("\r\n\r\nHello from neomutt\r\n", message, StringComparison.Ordinal);
        reader.Command("SELECT NeomuttSent");
        uint copy = Assert.Single(reader.Search("HEADER Subject \"neomutt sends\""));
        Assert.Contains("\\Seen", reader.Flags(copy));
        Assert.Contains("\r\n\r\nHello from neomutt\r\n", reader.Text(copy), StringComparison.Ordinal);
    }

    [InteropFact("neomutt", "script")]
    public async Task Screen_ReadTagCopyDelete_ChangesTheMailbox()
    {
        using MailReader reader = server.Read();
        reader.Command("CREATE NeomuttRead");
        reader.Command("CREATE NeomuttCopies");
        foreach (string subject in (string[])["one", "two", "three"])
        {
            reader.Append("NeomuttRead", "()", System.Text.Encoding.ASCII.GetBytes(
                $"From: a@example.org\r\nTo: b@example.org\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nSubject: neomutt {subject}\r\nMessage-ID: <{subject}@example.org>\r\n\r\nText {subject}\r\n"));
        }

        // Opens "two", copies it, flags "three", deletes "one", and leaves.
        string keys = "<limit>~s two<enter><display-message><exit><copy-message>=NeomuttCopies<enter>"
            + "<limit>~s three<enter><flag-message><limit>~s one<enter><delete-message><limit>all<enter><quit>";
        await ScreenAsync("NeomuttRead", await ConfigurationAsync("read", $"""
            set delete = yes
            set confirmappend = no
            set resolve = no
            set mark_old = no
            push "{keys}"
            """));

        reader.Command("SELECT NeomuttRead");
        Assert.Empty(reader.Search("HEADER Subject \"neomutt one\""));
        Assert.Contains("\\Seen", reader.Flags(Assert.Single(reader.Search("HEADER Subject \"neomutt two\""))));
        Assert.Contains("\\Flagged", reader.Flags(Assert.Single(reader.Search("HEADER Subject \"neomutt three\""))));
        reader.Command("SELECT NeomuttCopies");
        Assert.EndsWith("Text two\r\n", System.Text.Encoding.ASCII.GetString(Assert.Single(reader.Fetch("1:*")).Value), StringComparison.Ordinal);
    }

    /// <summary>Runs neomutt on a terminal of its own.</summary>
    private async Task ScreenAsync(string mailbox, string configuration) =>
        (await Programs.RunAsync(
            "script", ["-qec", $"neomutt -n -F {configuration} -f ={mailbox}", "/dev/null"], "", server.Folder,
            Home(), ("TERM", "vt100"), ("LINES", "24"), ("COLUMNS", "80"))).Expect(0);

    private (string Name, string Value) Home() => ("HOME", server.Folder);

    private async Task<string> ConfigurationAsync(string name, string more)
    {
        string file = Path.Combine(server.Folder, $"neomuttrc-{name}");
        await File.WriteAllTextAsync(file, $"""
            set from = "mox@localhost"
            set realname = "Mox"
            set smtp_url = "smtp://127.0.0.1:{server.Smtp}/"
            set folder = "imaps://localhost:{server.Imaps}/"
            set imap_user = "{MoxServer.User}"
            set imap_pass = "{MoxServer.Password}"
            set spoolfile = "+INBOX"
            set ssl_starttls = no
            set certificate_file = "{server.Certificate}"
            set header_cache = ""
            set wait_key = no
            set sleep_time = 0
            {more}
            """);
        return file;
    }
}
