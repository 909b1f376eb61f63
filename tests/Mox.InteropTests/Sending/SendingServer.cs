using Mox.Net.Tls;

namespace Mox.InteropTests.Sending;

/// <summary>
/// <c>mox serve</c> with a domain, an account and submission, in a temporary directory, on free ports. Where its mail goes
/// is said by whoever starts it: names of transports and, for each, the section Smarthost.
/// </summary>
internal sealed class SendingServer : IAsyncDisposable
{
    internal const string User = "alice@example.org";
    internal const string Password = "alicealice!";

    private readonly string _folder = Directory.CreateTempSubdirectory("mox-sending-").FullName;
    private readonly MoxProcess _process = new();
    private readonly OpenNames _names = new();

    /// <summary>Certificates that it trusts, when it verifies those of others.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>The DNS server that it asks; null is one that lets everybody send.</summary>
    public string? DnsServer { get; init; }

    public int Submission { get; } = MoxProcess.FreePort();

    public int Submissions { get; } = MoxProcess.FreePort();

    public int Smtp { get; } = MoxProcess.FreePort();

    public int Imap { get; } = MoxProcess.FreePort();

    public int Imaps { get; } = MoxProcess.FreePort();

    public string Log => _process.Log;

    /// <summary>Sees each line of its log.</summary>
    public event Action<string>? Logged
    {
        add => _process.Logged += value;
        remove => _process.Logged -= value;
    }

    private string Config => Path.Combine(_folder, "config");

    /// <summary>Writes the configuration: transports by name, and routes of domains.json.</summary>
    public async Task PrepareAsync(string transports, string routes, params (string Name, string Content)[] secrets)
    {
        Directory.CreateDirectory(Config);
        WriteSecret("server.pem", SelfSigned.ToPem(SelfSigned.Create(TimeProvider.System, ["mail.example.org", "localhost"], [System.Net.IPAddress.Loopback])));
        foreach ((string name, string content) in secrets)
        {
            WriteSecret(name, content + "\n");
        }

        await File.WriteAllTextAsync(Path.Combine(Config, "appsettings.json"), $$"""
            {
              "Mox": {
                "Hostname": "mail.example.org",
                "DataDirectory": "../data",
                "Limits": { "Enabled": false },
                "Dns": { "Servers": [ "{{DnsServer ?? _names.Server}}" ] },
                "Postmaster": { "Account": "alice" },
                "Listeners": {
                  "local": {
                    "Addresses": [ "127.0.0.1" ],
                    "Tls": { "Certificates": [ { "CertificateFile": "server.pem", "KeyFile": "server.pem" } ] },
                    "Smtp": { "Port": {{Smtp}} },
                    "Submission": { "Port": {{Submission}} },
                    "Submissions": { "Port": {{Submissions}} },
                    "Imap": { "Port": {{Imap}} },
                    "Imaps": { "Port": {{Imaps}} }
                  }
                },
                "Transports": { {{transports}} }
              }
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(Config, "domains.json"), $$"""
            {
              "Domains": { "example.org": {} },
              "Accounts": {
                "alice": {
                  "Destinations": { "{{User}}": {}, "crash@example.org": {} },
                  "MaxOutgoingMessagesPerDay": -1,
                  "MaxFirstTimeRecipientsPerDay": -1
                }
              },
              "Routes": [ {{routes}} ]
            }
            """);
    }

    /// <summary>Starts it, and waits until it takes connections.</summary>
    public Task StartAsync() => _process.StartAsync(
        ["serve", "--config", Config], [Smtp, Submission, Imap], TrustedCertificates is { } file ? [("SSL_CERT_FILE", file)] : []);

    public Task SetPasswordAsync() => CommandAsync(Password + "\n", "account", "set-password", "alice");

    /// <summary>Runs an operator's command that must succeed.</summary>
    public Task<ProgramResult> CommandAsync(params string[] arguments) => CommandAsync("", arguments);

    public Task KillAsync() => _process.KillAsync();

    public Task<int> StopAsync() => _process.StopAsync();

    /// <summary>Runs <c>mox verifydata</c> on the stopped server's data.</summary>
    public Task<ProgramResult> VerifyDataAsync() => MoxProcess.RunAsync(["verifydata", Path.Combine(_folder, "data")]);

    public MailReader Read(string mailbox)
    {
        MailReader reader = new(Imaps, User, Password);
        reader.Command($"SELECT {mailbox}");
        return reader;
    }

    /// <summary>Writes a file that only its owner can read, into the directory of the configuration; returns its path.</summary>
    public string WriteSecret(string name, string content)
    {
        string path = Path.Combine(Config, name);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.EndAsync();
        await _names.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<ProgramResult> CommandAsync(string input, params string[] arguments) =>
        (await MoxProcess.RunAsync([.. arguments, "--config", Config], input)).Expect(0);
}
