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
        Assert.StartsWith($"fingerprint\ttype\taccount\taddress\tname\tsince\n{fingerprint}\tECDSA-P-256\tmox\tmox@localhost\tlaptop.pem\t", result.Output, StringComparison.Ordinal);
        await LoginAsync(server, own, "235 2.7.0 *");

        result = await CommandResult.RunAsync(["tlspubkey", "list", "--account", "mox", "--json", .. config]);
        Assert.StartsWith($"{{\"keys\":[{{\"fingerprint\":\"{fingerprint}\",", result.Output, StringComparison.Ordinal);
        result = await CommandResult.RunAsync(["tlspubkey", "list", "--account", "anna", .. config]);
        Assert.Equal("fingerprint\ttype\taccount\taddress\tname\tsince\n", result.Output);
        result = await CommandResult.RunAsync(["tlspubkey", "add", "mox@localhost", directory["laptop.pem"], .. config]);
        Assert.Equal((1, $"mox: The key {fingerprint} is registered already, for mox@localhost.\n"), (result.Code, result.Error));

        result = await CommandResult.RunAsync(["tlspubkey", "remove", fingerprint, .. config]);
        Assert.Equal((0, "removed\n", ""), (result.Code, result.Output, result.Error));
        await LoginAsync(server, own, "535 5.7.8 *");
        result = await CommandResult.RunAsync(["tlspubkey", "remove", fingerprint, .. config]);
        Assert.Equal((1, $"mox: no key has the fingerprint \"{fingerprint}\": mox tlspubkey list shows them\n"), (result.Code, result.Error));
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
