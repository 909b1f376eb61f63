using System.Text.Json;
using Mox.Config;
using Mox.Host.Serving;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>mox backup, with and without a running server, and what is restored from it.</summary>
public class BackupTests
{
    [Fact]
    public async Task Backup_OfRunningServer_CanBeServed()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        await DeliverAsync(server, 3);
        CommandResult result = await CommandResult.RunAsync("backup", elsewhere["backup"], "--config", server.ConfigDirectory);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("account mox: 3 messages\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{elsewhere["backup"]}: 1 accounts, 3 messages, ", result.Output, StringComparison.Ordinal);
        result = await CommandResult.RunAsync("verifydata", elsewhere["backup"]);
        Assert.Equal((0, $"{elsewhere["backup", "data"]}: 1 accounts, 0 problems\n"), (result.Code, result.Output));
        await server.StopAsync();

        // Restored as the documentation says: the directories stand where the old ones stood.
        Directory.Delete(server.DataDirectory, recursive: true);
        Directory.Delete(server.ConfigDirectory, recursive: true);
        Directory.Move(elsewhere["backup", "data"], server.DataDirectory);
        Directory.Move(elsewhere["backup", "config"], server.ConfigDirectory);
        result = await CommandResult.RunAsync("account", "renew-uidvalidity", "--all", "--config", server.ConfigDirectory);
        Assert.Equal((0, "account mox: 6 mailboxes\n", ""), (result.Code, result.Output, result.Error));
        await server.StartAgainAsync();
        await server.PlayAsync("IMAPS", MailPathTests.Login + """
            C: a SELECT INBOX
            S...
            S: a OK *
            C: b SEARCH SUBJECT number
            S: * SEARCH 1 2 3
            S: b OK *
            C: c FETCH 3 BODY.PEEK[TEXT]
            S: * 3 FETCH (BODY[TEXT] {12}
            S: Hello you.
            S: )
            S: c OK *
            """);
        await DeliverAsync(server, 1);
        result = await CommandResult.RunAsync("account", "renew-uidvalidity", "mox", "--config", server.ConfigDirectory);
        Assert.Equal((1, "mox: the server runs, and clients with it: mox stop\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task Backup_WhileMailComes_IsVerifiedEachTime()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        using var stop = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 2).Select(_ => LoadAsync(server, stop.Token))];
        for (int i = 0; i < 4; i++)
        {
            string directory = elsewhere[$"{i}"];
            CommandResult result = await CommandResult.RunAsync("backup", directory, "--config", server.ConfigDirectory);
            Assert.Equal((0, ""), (result.Code, result.Error));
            result = await CommandResult.RunAsync("verifydata", directory);
            Assert.Equal((0, $"{Path.Combine(directory, "data")}: 1 accounts, 0 problems\n"), (result.Code, result.Output));
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
    }

    [Fact]
    public async Task Backup_OfStoppedServer_IsTheSame()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        await DeliverAsync(server, 2);
        await server.StopAsync();
        CommandResult result = await CommandResult.RunAsync("backup", elsewhere["backup"], "--json", "--config", server.ConfigDirectory);
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement summary = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((1, 2, 0), (summary.GetProperty("accounts").GetInt32(), summary.GetProperty("messages").GetInt32(), summary.GetProperty("problems").GetInt32()));
        Assert.Equal(0, (await CommandResult.RunAsync("verifydata", elsewhere["backup"])).Code);
    }

    [Fact]
    public async Task Backup_Everything_IsPrivateAndNamed()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        string config = server.ConfigDirectory;
        Directory.CreateDirectory(Path.Combine(config, "history"));
        await File.WriteAllTextAsync(Path.Combine(config, "history", "1"), "old");
        File.CreateSymbolicLink(Path.Combine(config, "link"), "history/1");
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "notes"), "mine");
        CommandResult result = await CommandResult.RunAsync("backup", elsewhere["backup"], "--config", config);
        Assert.Equal((1, $"mox: {Path.Combine(server.DataDirectory, "notes")} is unknown; it was copied as it is\n"), (result.Code, result.Error));
        Assert.Equal(["config", "data"], Directory.GetFileSystemEntries(elsewhere["backup"]).Select(Path.GetFileName).Order());
        Assert.Equal(
            ["accounts", "notes", "queue", "receivedid.key", "server.db"],
            Directory.GetFileSystemEntries(elsewhere["backup", "data"]).Select(Path.GetFileName).Order());
        Assert.Equal("history/1", new FileInfo(elsewhere["backup", "config", "link"]).LinkTarget);
        Assert.Equal("old", await File.ReadAllTextAsync(elsewhere["backup", "config", "link"]));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Others = (UnixFileMode)0x3f;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(elsewhere["backup"]) & Others);
        foreach (string entry in Directory.GetFileSystemEntries(elsewhere["backup", "data", "accounts"], "*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & Others);
        }

        Assert.Equal(
            File.GetUnixFileMode(Path.Combine(config, LocalserveConfig.CertificateFileName)),
            File.GetUnixFileMode(elsewhere["backup", "config", LocalserveConfig.CertificateFileName]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_BadDestination_IsRefused(bool isRunning)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        await File.WriteAllTextAsync(elsewhere["file"], "mine");
        if (!isRunning)
        {
            await server.StopAsync();
        }

        foreach ((string directory, string problem) in ((string, string)[])
        [
            (elsewhere.Path, $"{elsewhere.Path} is there and not empty: a backup needs a new or an empty directory"),
            (elsewhere["file"], $"{elsewhere["file"]} is there and not empty: a backup needs a new or an empty directory"),
            (elsewhere["file", "x"], $"the backup cannot be written to {elsewhere["file", "x"]}: "),
            (Path.Combine(server.DataDirectory, "x"), $"{Path.Combine(server.DataDirectory, "x")} is inside of {server.DataDirectory}, "),
            (server.ConfigDirectory, $"{server.ConfigDirectory} is inside of {server.ConfigDirectory}, "),
        ])
        {
            CommandResult result = await CommandResult.RunAsync("backup", directory, "--config", server.ConfigDirectory);
            Assert.Equal((1, ""), (result.Code, result.Output));
            Assert.StartsWith($"mox: {problem}", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal("mine", await File.ReadAllTextAsync(elsewhere["file"]));
    }

    [Fact]
    public async Task Verifydata_UnfinishedBackup_IsAProblem()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var elsewhere = new TempDirectory();
        await CommandResult.RunAsync("backup", elsewhere["backup"], "--config", server.ConfigDirectory);
        await File.WriteAllTextAsync(elsewhere["backup", "INCOMPLETE"], "");
        foreach (string directory in (string[])[elsewhere["backup"], elsewhere["backup", "data"]])
        {
            CommandResult result = await CommandResult.RunAsync("verifydata", directory);
            Assert.Equal(1, result.Code);
            Assert.StartsWith("this backup was not finished", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_DataOfAnotherUser_IsRefusedWithWhatToDo()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.StopAsync();
        Assert.Empty(FilePermissions.Strange(server.DataDirectory));
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        string account = Path.Combine(server.DataDirectory, "accounts", "mox");
        Chown(account, 12345);
        ConfigProblem problem = Assert.Single(FilePermissions.Strange(server.DataDirectory));
        Assert.StartsWith($"{account}: belongs to user 12345, ", problem.ToString(), StringComparison.Ordinal);
        Chown(server.DataDirectory, 12345);
        CommandResult result = await CommandResult.RunAsync("backup", "/nonexistent/x", "--config", server.ConfigDirectory);
        Assert.StartsWith($"mox: {server.DataDirectory} belongs to user 12345: run this command as that user", result.Error, StringComparison.Ordinal);
    }

    private static void Chown(string path, int user)
    {
        using var process = System.Diagnostics.Process.Start("chown", [$"{user}", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task LoadAsync(TestServer server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await DeliverAsync(server, 5);
            await server.PlayAsync("IMAPS", MailPathTests.Login + """
                C: a SELECT INBOX
                S...
                S: a OK *
                C: b UID STORE 1:* +FLAGS.SILENT (\Deleted)
                S...
                S: b OK *
                C: c EXPUNGE
                S...
                S: c OK *
                """);
        }
    }

    private static async Task DeliverAsync(TestServer server, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await server.PlayAsync("SMTP", """
                S: 220 *
                C: EHLO client.example
                S...
                S: 250 *
                C: MAIL FROM:<you@example.org>
                S: 250 *
                C: RCPT TO:<anyone@example.net>
                S: 250 *
                C: DATA
                S: 354 *
                C: Subject: number
                C:
                C: Hello you.
                C: .
                S: 250 *
                C: QUIT
                S: 221 *
                """);
        }
    }
}
