using System.Text.Json;
using Mox.Testing;

namespace Mox.InteropTests.Authentication;

/// <summary>sign.example: keys that mox made, in files, and their records as mox writes them, in an nsd.</summary>
internal sealed class SigningDomain : IAsyncDisposable
{
    public const string Name = "sign.example";

    private readonly TempDirectory _folder = new();
    private NameServers? _servers;

    private SigningDomain()
    {
    }

    /// <summary>The kinds of keys; each is also the selector's name.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["rsa", "ed25519"];

    /// <summary>A file of a test.</summary>
    public string this[string file] => _folder[file];

    /// <summary>Where the records are.</summary>
    public System.Net.IPEndPoint Dns => _servers!.Authoritative;

    /// <summary>The records, for programs that do not ask a server of our choice: a name and a text on each line.</summary>
    public string KeyList { get; private set; } = "";

    public static async Task<SigningDomain> StartAsync()
    {
        SigningDomain domain = new();
        try
        {
            string zone = "$TTL 300\n@ IN SOA ns hostmaster 1 3600 600 86400 120\n@ IN NS ns\nns IN A 127.0.0.1\n";
            foreach (string algorithm in Algorithms)
            {
                Assert.Equal(0, (await MoxCli.RunAsync([], "dkim", "gen", algorithm, domain.KeyFile(algorithm))).Code);
                (int code, string text, _) = await MoxCli.RunAsync([], "dkim", "txt", domain.KeyFile(algorithm), "--selector", algorithm, "--domain", Name, "--json");
                Assert.Equal(0, code);
                JsonElement made = JsonDocument.Parse(text).RootElement;
                zone += made.GetProperty("zone").GetString() + "\n";
                domain.KeyList += $"{algorithm}._domainkey.{Name} {made.GetProperty("record").GetString()}\n";
            }

            domain._servers = await NameServers.StartAsync((Name, zone));
            return domain;
        }
        catch
        {
            await domain.DisposeAsync();
            throw;
        }
    }

    /// <summary>The private key of a kind.</summary>
    public string KeyFile(string algorithm) => this[$"{algorithm}.pem"];

    /// <summary>Checks a message with mox.</summary>
    public Task<(string Result, string Text)> VerifyAsync(string noun, byte[] message) => MoxCli.CheckAsync(message, noun, "verify", "--resolver", $"{Dns}");

    public async ValueTask DisposeAsync()
    {
        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }

        _folder.Dispose();
    }
}
