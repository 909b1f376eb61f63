using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mox.InteropTests;

/// <summary>
/// Thunderbird without a screen: it logs in by its certificate, compresses, lists, fetches headers, runs its filter, which flags each new message, and
/// waits for more in IDLE.
/// </summary>
public sealed class ThunderbirdTests(MoxServer server) : IClassFixture<MoxServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly string _profile = Path.Combine(server.Folder, "thunderbird");

    [ThunderbirdFact]
    public async Task Start_LogsInFetchesAndFlags_AlsoWhatComesLater()
    {
        await WriteProfileAsync();
        await WriteCertificateAsync();
        using MailReader reader = server.Read("INBOX");
        for (int i = 0; i < 3; i++)
        {
            reader.Append("INBOX", "()", Message($"early {i}"));
        }

        using Process thunderbird = Start();
        try
        {
            await WaitForFlaggedAsync(reader, 3);
            reader.Append("INBOX", "()", Message("late"));
            await WaitForFlaggedAsync(reader, 4);
        }
        finally
        {
            thunderbird.Kill(entireProcessTree: true);
            await thunderbird.WaitForExitAsync();
        }

        Assert.Contains("protocol=imap mechanism=EXTERNAL", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("l=error", server.Log, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(_profile, "ImapMail", "localhost", "INBOX.msf")).Length > 0);
    }

    private static byte[] Message(string subject) => Encoding.ASCII.GetBytes(
        $"From: a@example.org\r\nTo: {MoxServer.User}\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\nText.\r\n");

    private static async Task WaitForFlaggedAsync(MailReader reader, int count)
    {
        using CancellationTokenSource patience = new(Patience);
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, patience.Token);
        }
        while (reader.Search("FLAGGED").Length < count);
    }

    private Process Start()
    {
        ProcessStartInfo start = new(Programs.Find("thunderbird") ?? throw new InvalidOperationException("thunderbird is not installed"), ["--headless", "--no-remote", "--profile", _profile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = server.Folder,
        };
        start.Environment["HOME"] = server.Folder;
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // One account, and the local folders that Thunderbird always has; nothing of it asks anybody else on the network.
    private async Task WriteProfileAsync()
    {
        string mail = Path.Combine(_profile, "ImapMail", "localhost");
        Directory.CreateDirectory(mail);
        await File.WriteAllTextAsync(Path.Combine(mail, "msgFilterRules.dat"), """
            version="9"
            logging="no"
            name="flag"
            enabled="yes"
            type="17"
            action="Mark flagged"
            condition="ALL"

            """);
        Dictionary<string, string> preferences = new()
        {
            ["mail.accountmanager.accounts"] = "'account1,account2'",
            ["mail.accountmanager.defaultaccount"] = "'account1'",
            ["mail.accountmanager.localfoldersserver"] = "'server2'",
            ["mail.account.account1.server"] = "'server1'",
            ["mail.account.account1.identities"] = "'id1'",
            ["mail.account.account2.server"] = "'server2'",
            ["mail.identity.id1.useremail"] = $"'{MoxServer.User}'",
            ["mail.identity.id1.valid"] = "true",
            ["mail.server.server1.type"] = "'imap'",
            ["mail.server.server1.hostname"] = "'localhost'",
            ["mail.server.server1.port"] = $"{server.Imaps}",
            ["mail.server.server1.socketType"] = "3", // TLS from the start
            ["mail.server.server1.authMethod"] = "7", // EXTERNAL
            ["mail.server.server1.userName"] = $"'{MoxServer.User}'",
            ["mail.server.server1.name"] = "'mox'",
            ["mail.server.server1.login_at_startup"] = "true",
            ["mail.server.server1.check_new_mail"] = "true",
            ["mail.server.server1.directory-rel"] = "'[ProfD]ImapMail/localhost'",
            ["mail.server.server1.storeContractID"] = "'@mozilla.org/msgstore/berkeleystore;1'",
            ["mail.server.server2.type"] = "'none'",
            ["mail.server.server2.hostname"] = "'Local Folders'",
            ["mail.server.server2.userName"] = "'nobody'",
            ["mail.server.server2.name"] = "'Local Folders'",
            ["mail.server.server2.directory-rel"] = "'[ProfD]Mail/Local Folders'",
            ["mail.server.server2.storeContractID"] = "'@mozilla.org/msgstore/berkeleystore;1'",
            ["security.default_personal_cert"] = "'Select Automatically'",
            ["mail.provider.suppress_dialog_on_startup"] = "true",
            ["mail.rights.version"] = "1",
            ["mail.shell.checkDefaultClient"] = "false",
            ["mail.spotlight.firstRunDone"] = "true",
            ["mailnews.start_page.enabled"] = "false",
            ["app.update.enabled"] = "false",
            ["datareporting.policy.dataSubmissionEnabled"] = "false",
            ["extensions.update.enabled"] = "false",
            ["network.captive-portal-service.enabled"] = "false",
            ["network.connectivity-service.enabled"] = "false",
            ["network.manage-offline-status"] = "false",
            ["offline.autoDetect"] = "false",
            ["services.settings.server"] = "''",
        };
        await File.WriteAllLinesAsync(
            Path.Combine(_profile, "user.js"), preferences.Select(p => $"user_pref(\"{p.Key}\", {p.Value.Replace('\'', '"')});"));
    }

    // The server's certificate is its own, and so is that of the client, whose key is registered.
    private async Task WriteCertificateAsync()
    {
        string key = Path.Combine(server.Folder, "laptop.key"), certificate = Path.ChangeExtension(key, ".crt"), both = Path.ChangeExtension(key, ".p12");
        await RunAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=laptop", "-keyout", key, "-out", certificate);
        await RunAsync("openssl", "pkcs12", "-export", "-inkey", key, "-in", certificate, "-name", "laptop", "-passout", "pass:", "-out", both);
        await RunAsync("certutil", "-N", "--empty-password", "-d", $"sql:{_profile}");
        await RunAsync("pk12util", "-i", both, "-d", $"sql:{_profile}", "-W", "", "-K", "");
        using X509Certificate2 trusted = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(server.Certificate));
        string fingerprint = string.Join(':', SHA256.HashData(trusted.RawData).Select(b => $"{b:X2}"));
        await File.WriteAllTextAsync(
            Path.Combine(_profile, "cert_override.txt"), $"localhost:{server.Imaps}:\tOID.2.16.840.1.101.3.4.2.1\t{fingerprint}\t\n");
        (await MoxProcess.RunAsync(["tlspubkey", "add", MoxServer.User, certificate, "--config", Path.Combine(server.Folder, "config")])).Expect(0);
    }

    private static async Task RunAsync(string program, params string[] arguments) => (await Programs.RunAsync(program, arguments)).Expect(0);
}
