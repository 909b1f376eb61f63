using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Dns.Tests;

/// <summary>A resolver with a clock that stands, metrics to look at, and no hosts file but its own.</summary>
internal sealed class DnsClientFixture : IAsyncDisposable
{
    private readonly MetricRecorder _metrics = new();

    public DnsClientFixture(DnsClientOptions options)
    {
        Log = new RecordingLogger<DnsClient>();
        Client = new DnsClient(options, new DnsMetrics(_metrics), Time, Log);
    }

    public DnsClientFixture(params IReadOnlyList<TestDnsServer> servers)
        : this(new DnsClientOptions { Servers = [.. servers.Select(s => s.EndPoint)], HostsFile = null })
    {
    }

    public ManualTimeProvider Time { get; } = new();

    public DnsClient Client { get; }

    public MetricRecorder Metrics => _metrics;

    public RecordingLogger<DnsClient> Log { get; }

    public Task<DnsAnswer<IPAddress>> A(string name) => Client.QueryAsync(DnsName.Parse(name), DnsRecordTypes.A, CancellationToken.None).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        // What servers do is nobody's business above Debug.
        Assert.DoesNotContain(Log.Entries, entry => entry.Level > LogLevel.Debug);
        _metrics.Dispose();
    }
}
