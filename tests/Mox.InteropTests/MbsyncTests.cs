namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class MbsyncTests(MoxServer server)
{
    [InteropFact("mbsync")]
    public async Task Sync_BothWays_CarriesMessagesFlagsAndDeletions()
    {
        Maildir local = new(Path.Combine(server.Folder, "mbsync-both"));
        using MailReader reader = server.Read();
        reader.Command("CREATE Synced");
        for (int i = 0; i < 20; i++)
        {
            reader.Append("Synced", i % 2 == 0 ? @"(\Seen \Flagged)" : "()", Message($"from server {i}"));
        }

        string configuration = Configuration(local, "Synced");
        await SyncAsync(configuration);
        Assert.Equal(20, local.Files.Length);
        Assert.Equal(10, local.Files.Count(file => Maildir.Flags(file) == "FS"));

        // Local changes: a new message, a flag, a deletion. Changes on the server: a new message, a flag, a deletion.
        local.Add(Message("from client"), "S");
        Maildir.SetFlags(local.Find("from server 1"), "R");
        Maildir.SetFlags(local.Find("from server 3"), "T");
        reader.Command("SELECT Synced");
        reader.Append("Synced", "()", Message("late from server"));
        reader.Command($@"UID STORE {Uid(reader, "from server 5")} +FLAGS (\Answered)");
        reader.Command($@"UID STORE {Uid(reader, "from server 7")} +FLAGS (\Deleted)");
        reader.Command("EXPUNGE");
        await SyncAsync(configuration);

        reader.Command("NOOP");
        Assert.Equal(["\\Seen"], reader.Flags(Uid(reader, "from client")));
        Assert.Equal(["\\Answered"], reader.Flags(Uid(reader, "from server 1")));
        Assert.Empty(reader.Search("HEADER Subject \"from server 3\""));
        Assert.NotNull(local.Find("late from server"));
        Assert.Equal("R", Maildir.Flags(local.Find("from server 5")));
        Assert.Throws<FileNotFoundException>(() => local.Find("from server 7"));
        Assert.Equal(local.Files.Length, reader.Search("ALL").Length);

        // A third run has nothing to do: names and contents stay.
        string[] before = local.Files;
        await SyncAsync(configuration);
        Assert.Equal(before, local.Files);
    }

    [InteropFact("mbsync")]
    public async Task Push_OfATree_CreatesMailboxesAndKeepsBytes()
    {
        Maildir local = new(Path.Combine(server.Folder, "mbsync-push", "Pushed"));
        byte[] message = [.. "Subject: pushed bytes\r\n\r\n"u8, .. Enumerable.Range(0, 200_000).Select(i => i % 100 == 98 ? (byte)'\r' : i % 100 == 99 ? (byte)'\n' : (byte)('a' + (i % 26)))];
        local.Add(message, "");
        await SyncAsync(Configuration(local, "Pushed"));
        using MailReader reader = server.Read("Pushed");
        KeyValuePair<uint, byte[]> fetched = Assert.Single(reader.Fetch("1:*"));
        // mbsync adds its own X-TUID line while it uploads; the rest is what stood in the file.
        string text = System.Text.Encoding.ASCII.GetString(fetched.Value);
        Assert.EndsWith(System.Text.Encoding.ASCII.GetString(message.AsSpan("Subject: pushed bytes\r\n"u8.Length)), text, StringComparison.Ordinal);
    }

    [InteropFact("mbsync")]
    public async Task Login_ByScram_Works()
    {
        using MailReader reader = server.Read();
        reader.Command("CREATE Scram");
        reader.Append("Scram", "()", Message("by scram"));
        Maildir local = new(Path.Combine(server.Folder, "mbsync-scram"));
        await SyncAsync(Configuration(local, "Scram").Replace("AuthMechs LOGIN", "AuthMechs SCRAM-SHA-256", StringComparison.Ordinal));
        Assert.Single(local.Files);
    }

    private static byte[] Message(string subject) =>
        System.Text.Encoding.ASCII.GetBytes($"From: a@example.org\r\nSubject: {subject}.\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\nText of {subject}.\r\n");

    private static uint Uid(MailReader reader, string subject) => Assert.Single(reader.Search($"HEADER Subject \"{subject}.\""));

    private static async Task SyncAsync(string configuration)
    {
        string file = Path.Combine(Path.GetTempPath(), $"mbsyncrc-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(file, configuration);
        try
        {
            (await Programs.RunAsync("mbsync", "-c", file, "-a")).Expect(0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private string Configuration(Maildir local, string mailbox) => $"""
        IMAPAccount mox
        Host localhost
        Port {server.Imap}
        User {MoxServer.User}
        Pass {MoxServer.Password}
        SSLType STARTTLS
        CertificateFile {server.Certificate}
        AuthMechs LOGIN

        IMAPStore remote
        Account mox

        MaildirStore local
        Path {Path.GetDirectoryName(local.Folder)}/

        Channel both
        Far :remote:{mailbox}
        Near :local:{Path.GetFileName(local.Folder)}
        Sync All
        Create Both
        Expunge Both
        SyncState *
        """;
}

/// <summary>A maildir as a mail client sees it.</summary>
internal sealed class Maildir
{
    public Maildir(string folder)
    {
        Folder = folder;
        foreach (string part in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
    }

    public string Folder { get; }

    public string[] Files => [.. ((string[])["cur", "new"]).SelectMany(part => Directory.GetFiles(Path.Combine(Folder, part))).Order(StringComparer.Ordinal)];

    /// <summary>The flag letters of a file's name.</summary>
    public static string Flags(string file) => file.LastIndexOf(":2,", StringComparison.Ordinal) is var at and >= 0 ? file[(at + 3)..] : "";

    public static void SetFlags(string file, string flags)
    {
        string name = Path.GetFileName(file).Split(":2,")[0];
        File.Move(file, Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file)!)!, "cur", $"{name}:2,{flags}"));
    }

    public void Add(byte[] message, string flags) =>
        File.WriteAllText(
            Path.Combine(Folder, "cur", $"{Guid.NewGuid():N}:2,{flags}"),
            System.Text.Encoding.ASCII.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal));

    public string Find(string subject) =>
        Array.Find(Files, file => File.ReadLines(file).Any(line => line == $"Subject: {subject}." || line == $"Subject: {subject}"))
            ?? throw new FileNotFoundException(subject);
}
