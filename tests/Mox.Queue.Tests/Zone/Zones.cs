using System.Net;
using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;
using Mox.Queue.Tests.Signing;
using Mox.Testing;

namespace Mox.Queue.Tests.Zone;

/// <summary>A server for example.org on mx.example.org, with two keys, whose zone says all that it should; tests change the one or the other.</summary>
internal sealed class Zones : IDisposable
{
    public const string Address = "192.0.2.1";

    private readonly MetricRecorder _metrics = new();

    public Zones()
    {
        DkimSelectorConfig rsa = Keys.Add("rsa"), ed = Keys.Add("ed", algorithm: DkimAlgorithm.Ed25519);
        Config = Listening(Keys.Config(rsa, ed), Address);
        Dns.Mx("example.org", 10, "mx.example.org").Address("mx.example.org", Address)
            .Txt("example.org", "some other text", "v=spf1 mx ~all").Txt("mx.example.org", "v=spf1 a -all")
            .Txt("_dmarc.example.org", "v=DMARC1; p=reject");
    }

    public Keys Keys { get; } = new();

    public FakeDns Dns => Keys.Dns;

    public MoxConfig Config { get; set; }

    public static Domain Ours { get; } = Domain.Parse("example.org");

    public static MoxConfig Listening(MoxConfig config, params string[] addresses) => config with
    {
        Listeners =
        [
            new ListenerConfig
            {
                Name = "public",
                Hostname = config.Hostname,
                Addresses = [.. addresses.Select(IPAddress.Parse)],
                Smtp = new SmtpListenerConfig(),
            },
        ],
    };

    public MoxConfig WithRelay() => Config with
    {
        Transports = Config.Transports.SetItem("relay", new TransportConfig { Name = "relay", Smarthost = new SmarthostConfig { Host = "smtp.example.com" } }),
    };

    public Task<IReadOnlyList<ZoneFinding>> CheckAsync(Domain? domain = null) =>
        new ZoneCheck(Dns, new ManualTimeProvider(), new EmailAuthMetrics(_metrics)).RunAsync(Config, Config.Domains[domain ?? Ours], default);

    /// <summary>The only finding of a kind that is not as it should be, when all others are.</summary>
    public async Task<ZoneFinding> CheckOneAsync() => Assert.Single(await CheckAsync(), finding => finding.Status != ZoneStatus.Pass);

    public void Dispose()
    {
        _metrics.Dispose();
        Keys.Dispose();
    }
}
