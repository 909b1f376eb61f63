using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>mox tlspubkey, and the logins that it makes possible.</summary>
public class TlspubkeyTests
{
    [Fact]
    public async Task Key_Added_LogsIn_AndRemoved_DoesNot()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var directory = new TempDirectory();
        using X509Certificate2 own = SelfSigned.Create(TimeProvider.System, ["client.example"]);
        await File.WriteAllTextAsync(directory["laptop.pem"], own.ExportCertificatePem());
        string[] config = ["--config", server.ConfigDirectory];
        string fingerprint = PublicKeyFingerprint.Of(own);

        await LoginAsync(server, own, "535 5.7.8 *");
        CommandResult result = await CommandResult.RunAsync(["tlspubkey", "add", "Mox+here@localhost", directory["laptop.pem"], .. config]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"fingerprint\ttype\taccount\taddress\tname\tsince\tpreauth\n{fingerprint}\tECDSA-P-256\tmox\tmox@localhost\tlaptop.pem\t", result.Output, StringComparison.Ordinal);
        await LoginAsync(server, own, "235 2.7.0 *");

        result = await CommandResult.RunAsync(["tlspubkey", "list", "--account", "mox", "--json", .. config]);
        Assert.StartsWith($"{{\"keys\":[{{\"fingerprint\":\"{fingerprint}\",", result.Output, StringComparison.Ordinal);
        result = await CommandResult.RunAsync(["tlspubkey", "list", "--account", "anna", .. config]);
        Assert.Equal("fingerprint\ttype\taccount\taddress\tname\tsince\tpreauth\n", result.Output);
        result = await CommandResult.RunAsync(["tlspubkey", "add", "mox@localhost", directory["laptop.pem"], .. config]);
        Assert.Equal((1, $"mox: The key {fingerprint} is registered already, for mox@localhost.\n"), (result.Code, result.Error));

        result = await CommandResult.RunAsync(["tlspubkey", "remove", fingerprint, .. config]);
        Assert.Equal((0, "removed\n", ""), (result.Code, result.Output, result.Error));
        await LoginAsync(server, own, "535 5.7.8 *");
        result = await CommandResult.RunAsync(["tlspubkey", "remove", fingerprint, .. config]);
        Assert.Equal((1, $"mox: no key has the fingerprint \"{fingerprint}\": mox tlspubkey list shows them\n"), (result.Code, result.Error));
    }

    // RFC 3501 section 7.1.4: on the port with TLS from the start, and only for keys that say so.
    [Fact]
    public async Task Key_AddedWithImapPreauth_IsLoggedInBeforeTheGreeting()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var directory = new TempDirectory();
        using X509Certificate2 own = SelfSigned.Create(TimeProvider.System, ["client.example"]);
        await File.WriteAllTextAsync(directory["laptop.pem"], own.ExportCertificatePem());
        string[] add = ["tlspubkey", "add", "mox@localhost", directory["laptop.pem"], "--config", server.ConfigDirectory];
        await PlayAsync("S: * OK [CAPABILITY *");
        Assert.EndsWith("Z\t\n", (await CommandResult.RunAsync(add)).Output, StringComparison.Ordinal);
        await PlayAsync("S: * OK [CAPABILITY *\nC: a AUTHENTICATE EXTERNAL =\nS: a OK *");
        await CommandResult.RunAsync(["tlspubkey", "remove", PublicKeyFingerprint.Of(own), "--config", server.ConfigDirectory]);
        Assert.EndsWith("Z\timap\n", (await CommandResult.RunAsync([.. add, "--imap-preauth"])).Output, StringComparison.Ordinal);
        await PlayAsync("""
            S: * PREAUTH [CAPABILITY IMAP4rev1 *
            C: a LOGIN mox@localhost moxmoxmox
            S: a BAD already logged in
            C: b SELECT INBOX
            S...
            S: b OK [READ-WRITE] *
            C: c UNAUTHENTICATE
            S: c OK *
            C: d AUTHENTICATE EXTERNAL =
            S: d OK *
            """);
        await using LineClient plain = await server.ConnectPlainAsync("IMAP");
        plain.Certificate = own;
        await Transcript.RunAsync(plain, "S: * OK [CAPABILITY *\nC: a STARTTLS\nS: a OK *");
        await plain.StartTlsAsync("localhost");
        await Transcript.RunAsync(plain, "C: b SELECT INBOX\nS: b BAD *\nC: c AUTHENTICATE EXTERNAL =\nS: c OK *");

        async Task PlayAsync(string script)
        {
            await using LineClient client = await server.ConnectPlainAsync("IMAPS");
            client.Certificate = own;
            await client.StartTlsAsync("localhost", applicationProtocols: "imap");
            await Transcript.RunAsync(client, script);
        }
    }

    [Fact]
    public async Task Add_WhatIsNoKeyOrNobodysAddress_IsRefused()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["private.pem"], "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        await File.WriteAllTextAsync(directory["own.pem"], TestCertificates.Certificate.ExportCertificatePem());
        string[] config = ["--config", server.ConfigDirectory];
        CommandResult result = await CommandResult.RunAsync(["tlspubkey", "add", "mox@localhost", directory["private.pem"], .. config]);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith("mox: this is a private key", result.Error, StringComparison.Ordinal);
        result = await CommandResult.RunAsync(["tlspubkey", "add", "nobody@localhost", directory["own.pem"], .. config]);
        Assert.StartsWith("mox: no account has the address \"nobody@localhost\"", result.Error, StringComparison.Ordinal);
        result = await CommandResult.RunAsync(["tlspubkey", "add", "mox@localhost", directory["missing.pem"], .. config]);
        Assert.Equal(1, result.Code);
        Assert.Contains("missing.pem cannot be read", result.Error, StringComparison.Ordinal);
    }

    private static async Task LoginAsync(TestServer server, X509Certificate2 certificate, string reply)
    {
        await using LineClient client = await server.ConnectPlainAsync("submissions");
        client.Certificate = certificate;
        await client.StartTlsAsync("localhost");
        await Transcript.RunAsync(client, $"S: 220 *\nC: EHLO x\nS...\nS: 250 *\nC: AUTH EXTERNAL =\nS: {reply}\nC: QUIT\nS: 221 *\n");
    }
}
