using System.Text;
using Mox.Addresses;
using Mox.EmailAuth.Dkim;
using Mox.Testing;

namespace Mox.EmailAuth.Tests.Dkim;

/// <summary>Two keys of example.org in DNS, and a verifier that asks it.</summary>
internal sealed class DkimFixture : IDisposable
{
    private static readonly DkimPrivateKey Rsa = DkimPrivateKey.Generate(DkimAlgorithm.Rsa);
    private static readonly DkimPrivateKey Ed25519 = DkimPrivateKey.Generate(DkimAlgorithm.Ed25519);

    private readonly MetricRecorder _metrics = new();

    public DkimFixture()
    {
        Dns.Txt("rsa._domainkey.example.org", DkimRecord.Compose(DkimAlgorithm.Rsa, Rsa.PublicKey))
            .Txt("ed._domainkey.example.org", DkimRecord.Compose(DkimAlgorithm.Ed25519, Ed25519.PublicKey));
        Verifier = new DkimVerifier(Dns, Time, new EmailAuthMetrics(_metrics));
    }

    public FakeDns Dns { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public DkimVerifier Verifier { get; }

    public MetricRecorder Metrics => _metrics;

    public static DkimSigning Signing(DkimAlgorithm algorithm = DkimAlgorithm.Rsa) => new()
    {
        Domain = Domain.Parse("example.org"),
        Selector = Domain.Parse(algorithm == DkimAlgorithm.Rsa ? "rsa" : "ed"),
        Key = algorithm == DkimAlgorithm.Rsa ? Rsa : Ed25519,
    };

    public async Task<string> SignAsync(string message, DkimSigning signing) =>
        await DkimSigner.SignAsync(await ReadAsync(message), signing, Time.GetUtcNow(), CancellationToken.None) + message;

    public async Task<DkimOutcome> VerifyAsync(string message) => await Verifier.VerifyAsync(await ReadAsync(message), CancellationToken.None);

    /// <summary>The only signature's verdict.</summary>
    public async Task<DkimVerdict> VerifyOneAsync(string message) => Assert.Single((await VerifyAsync(message)).Verdicts);

    public void Dispose() => _metrics.Dispose();

    private static Task<AuthMessage> ReadAsync(string message) =>
        AuthMessage.ReadAsync(new MemoryStream(Encoding.Latin1.GetBytes(message)), CancellationToken.None);
}
