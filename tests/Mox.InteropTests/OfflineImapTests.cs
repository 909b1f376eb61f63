namespace Mox.InteropTests;

/// <summary>
/// OfflineIMAP (offlineimap3), which syncs a maildir both ways by UIDs. It knows neither CONDSTORE nor QRESYNC; it knows COMPRESS=DEFLATE.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class OfflineImapTests(MoxServer server)
{
    [InteropFact("offlineimap")]
    public Task Sync_BothWays_CarriesMessagesFlagsAndDeletions() => SyncBothWaysAsync("OfflinePlain", "usecompression = no");

    [InteropFact("offlineimap")]
    public Task Sync_OverDeflate_CarriesMessagesFlagsAndDeletions() => SyncBothWaysAsync("OfflineDeflated", "usecompression = yes");

    [InteropFact("offlineimap")]
    public async Task Push_OfATree_CreatesMailboxesOfUnicodeNames()
    {
        string folder = Path.Combine(server.Folder, "offline-push");
        _ = new Maildir(Path.Combine(folder, "OfflineTree"));
        Maildir local = new(Path.Combine(folder, "OfflineTree.Gr&APwA3w-e"));
        local.Add(Message("from the tree"), "F");
        await SyncAsync(folder, "OfflineTree", "usecompression = no");
        using MailReader reader = server.Read("OfflineTree/Gr&APwA3w-e");
        Assert.Equal(["\\Flagged"], reader.Flags(Uid(reader, "from the tree")));
    }

    private async Task SyncBothWaysAsync(string mailbox, string more)
    {
        string folder = Path.Combine(server.Folder, mailbox);
        using MailReader reader = server.Read();
        reader.Command($"CREATE {mailbox}");
        for (int i = 0; i < 12; i++)
        {
            reader.Append(mailbox, i % 2 == 0 ? @"(\Seen \Flagged)" : "()", Message($"from server {i}"));
        }

        await SyncAsync(folder, mailbox, more);
        Maildir local = new(Path.Combine(folder, mailbox));
        Assert.Equal(12, local.Files.Length);
        Assert.Equal(6, local.Files.Count(file => Maildir.Flags(file) == "FS"));

        // Local changes: a new message, a flag, a deletion. Changes on the server: a new message, a flag, a deletion.
        local.Add(Message("from client"), "S");
        Maildir.SetFlags(local.Find("from server 1"), "R");
        File.Delete(local.Find("from server 3"));
        reader.Command($"SELECT {mailbox}");
        reader.Append(mailbox, "()", Message("late from server"));
        reader.Command($@"UID STORE {Uid(reader, "from server 5")} +FLAGS (\Answered)");
        reader.Command($@"UID STORE {Uid(reader, "from server 7")} +FLAGS (\Deleted)");
        reader.Command("EXPUNGE");
        await SyncAsync(folder, mailbox, more);

        reader.Command("NOOP");
        Assert.Equal(["\\Seen"], reader.Flags(Uid(reader, "from client")));
        Assert.Equal(["\\Answered"], reader.Flags(Uid(reader, "from server 1")));
        Assert.Empty(reader.Search("HEADER Subject \"from server 3.\""));
        Assert.NotNull(local.Find("late from server"));
        Assert.Equal("R", Maildir.Flags(local.Find("from server 5")));
        Assert.Throws<FileNotFoundException>(() => local.Find("from server 7"));
        Assert.Equal(12, reader.Search("ALL").Length);
        Assert.Equal(12, local.Files.Length);

        // A third run has nothing to do: names and contents stay.
        string[] before = local.Files;
        await SyncAsync(folder, mailbox, more);
        Assert.Equal(before, local.Files);
    }

    private static byte[] Message(string subject) => System.Text.Encoding.ASCII.GetBytes(
        $"From: a@example.org\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nSubject: {subject}.\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\nText of {subject}.\r\n");

    private static uint Uid(MailReader reader, string subject) => Assert.Single(reader.Search($"HEADER Subject \"{subject}.\""));

    private async Task SyncAsync(string folder, string mailbox, string more)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(server.Folder, $"offlineimaprc-{mailbox}");
        await File.WriteAllTextAsync(file, $"""
            [general]
            accounts = mox
            metadata = {Path.Combine(server.Folder, $"offline-state-{mailbox}")}
            socktimeout = 30

            [Account mox]
            localrepository = local
            remoterepository = remote

            [Repository local]
            type = Maildir
            localfolders = {folder}

            [Repository remote]
            type = IMAP
            remotehost = localhost
            remoteport = {server.Imaps}
            remoteuser = {MoxServer.User}
            remotepass = {MoxServer.Password}
            ssl = yes
            sslcacertfile = {server.Certificate}
            folderfilter = lambda name: name.startswith('{mailbox}')
            {more}

            """);
        ProgramResult result = (await Programs.RunAsync("offlineimap", ["-c", file, "-o", "-u", "basic"], "", server.Folder, ("HOME", server.Folder))).Expect(0);
        Assert.DoesNotContain("ERROR", $"{result}", StringComparison.Ordinal);
    }
}
