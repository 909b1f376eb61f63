using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;
using Mox.Testing;

namespace Mox.Queue.Tests.Signing;

/// <summary>Keys in files and in DNS, and a verifier that asks it.</summary>
internal sealed class Keys : IDisposable
{
    private static readonly string RsaPem = Pem(DkimAlgorithm.Rsa);
    private static readonly string Ed25519Pem = Pem(DkimAlgorithm.Ed25519);

    private readonly TempDirectory _directory = new();
    private readonly MetricRecorder _metrics = new();

    public FakeDns Dns { get; } = new();

    public string Path(string selector) => _directory[selector + ".pem"];

    /// <summary>A key of a domain, with its public half in DNS.</summary>
    public DkimSelectorConfig Add(string selector, string domain = "example.org", DkimAlgorithm algorithm = DkimAlgorithm.Rsa)
    {
        string pem = algorithm == DkimAlgorithm.Rsa ? RsaPem : Ed25519Pem;
        Write(selector, pem);
        using DkimPrivateKey key = DkimPrivateKey.FromPem(pem);
        Dns.Txt($"{selector}._domainkey.{Domain.Parse(domain).Ascii}", DkimRecord.Compose(algorithm, key.PublicKey));
        return new DkimSelectorConfig { Name = Domain.Parse(selector), KeyFile = Path(selector) };
    }

    public void Write(string selector, string pem) => _directory.WriteSecret(selector + ".pem", pem);

    public static string Pem(DkimAlgorithm algorithm)
    {
        using DkimPrivateKey key = DkimPrivateKey.Generate(algorithm);
        return key.ToPem();
    }

    /// <summary>The configuration of the tests, where example.org signs with these.</summary>
    public static MoxConfig Config(params DkimSelectorConfig[] sign) => Config(TestQueue.Config(), "example.org", sign);

    /// <summary>A configuration where a domain signs with these.</summary>
    public static MoxConfig Config(MoxConfig config, string domain, params DkimSelectorConfig[] sign)
    {
        Domain name = Domain.Parse(domain);
        DomainConfig found = config.Domains.GetValueOrDefault(name) ?? new DomainConfig { Name = name };
        return config with { Domains = config.Domains.SetItem(name, found with { Dkim = new DkimConfig { Selectors = [.. sign], Sign = [.. sign] } }) };
    }

    public async Task<IReadOnlyList<DkimVerdict>> VerifyAsync(string message, TimeProvider time)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(message));
        return (await new DkimVerifier(Dns, time, new EmailAuthMetrics(_metrics)).VerifyAsync(await AuthMessage.ReadAsync(stream, default), default)).Verdicts;
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _directory.Dispose();
    }
}
