using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mox.Host.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mox.Host.Tests.Telemetry;

public sealed class PrometheusTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly string _name = $"Mox.Test{Guid.NewGuid():N}";
    private readonly PrometheusReader _reader = new();
    private readonly Meter _meter;
    private readonly MeterProvider _provider;

    public PrometheusTests()
    {
        _meter = _services.GetRequiredService<IMeterFactory>().Create(_name);
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_name).AddView(MetricBuckets.Of).AddReader(_reader.Reader).Build();
    }

    [Fact]
    public async Task Counter_HasHelpTypeAndTotal()
    {
        Counter<long> counter = _meter.CreateCounter<long>("mox.area.things", "{thing}", "Things, by kind.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "b"));
        counter.Add(3, new KeyValuePair<string, object?>("error.type", "a"));
        Assert.Equal(
            """
            # HELP mox_area_things_total Things, by kind.
            # TYPE mox_area_things_total counter
            mox_area_things_total{kind="b"} 2
            mox_area_things_total{error_type="a"} 3

            """,
            await _reader.ReadAsync(false, CancellationToken.None));
        Assert.Equal(
            """
            # HELP mox_area_things Things, by kind.
            # TYPE mox_area_things counter
            mox_area_things_total{kind="b"} 2
            mox_area_things_total{error_type="a"} 3
            # EOF

            """,
            await _reader.ReadAsync(true, CancellationToken.None));
    }

    [Fact]
    public async Task Values_AreEscaped()
    {
        _meter.CreateCounter<double>("mox.a", null, "line\nback\\slash \"quoted\"").Add(0.25, new KeyValuePair<string, object?>("1st key", "x\"y\\z\n{}, ü"));
        string plain = await _reader.ReadAsync(false, CancellationToken.None);
        Assert.Contains("""# HELP mox_a_total line\nback\\slash "quoted" """.TrimEnd(), plain, StringComparison.Ordinal);
        Assert.Contains("""mox_a_total{_1st_key="x\"y\\z\n{}, ü"} 0.25""", plain, StringComparison.Ordinal);
        Assert.Contains("""# HELP mox_a line\nback\\slash \"quoted\" """.TrimEnd(), await _reader.ReadAsync(true, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histogram_HasCumulativeBucketsInItsUnit()
    {
        Histogram<double> histogram = _meter.CreateHistogram<double>("mox.area.duration", "s", "Time.");
        histogram.Record(0.0005);
        histogram.Record(0.004);
        histogram.Record(1);
        histogram.Record(500);
        string plain = await _reader.ReadAsync(false, CancellationToken.None);
        Assert.Contains("# TYPE mox_area_duration_seconds histogram\n", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("# UNIT", plain, StringComparison.Ordinal);
        foreach (string line in new[] { "_bucket{le=\"0.001\"} 1", "_bucket{le=\"0.005\"} 2", "_bucket{le=\"1\"} 3", "_bucket{le=\"120\"} 3", "_bucket{le=\"+Inf\"} 4", "_sum 501.0045", "_count 4" })
        {
            Assert.Contains($"mox_area_duration_seconds{line}\n", plain, StringComparison.Ordinal);
        }

        string open = await _reader.ReadAsync(true, CancellationToken.None);
        Assert.Contains("# UNIT mox_area_duration_seconds seconds\n", open, StringComparison.Ordinal);
        Assert.Contains("mox_area_duration_seconds_bucket{le=\"120.0\"} 3\n", open, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpDownCountersAndGauges_AreGauges_AndKeepTheirValue()
    {
        UpDownCounter<long> open = _meter.CreateUpDownCounter<long>("mox.open", "{connection}", "Open.");
        open.Add(5);
        open.Add(-2);
        _meter.CreateObservableGauge("mox.size", () => double.PositiveInfinity, "By", "Size.");
        string expected = "# HELP mox_open Open.\n# TYPE mox_open gauge\nmox_open 3\n# HELP mox_size_bytes Size.\n# TYPE mox_size_bytes gauge\nmox_size_bytes +Inf\n";
        Assert.Equal(expected, await _reader.ReadAsync(false, CancellationToken.None));
        Assert.Equal(expected, await _reader.ReadAsync(false, CancellationToken.None));
    }

    [Fact]
    public async Task Attributes_WithoutEnd_AreBounded()
    {
        Counter<long> counter = _meter.CreateCounter<long>("mox.many", null, "Many.");
        for (int i = 0; i < 10_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        string plain = await _reader.ReadAsync(false, CancellationToken.None);
        Assert.InRange(plain.Split('\n').Length, 1000, 2010);
        Assert.Contains("{otel_metric_overflow=\"true\"}", plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_AtOnce_AllHaveEverything()
    {
        _meter.CreateCounter<long>("mox.one", null, "One.").Add(1);
        string[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _reader.ReadAsync(false, CancellationToken.None))));
        Assert.All(all, text => Assert.Equal("# HELP mox_one_total One.\n# TYPE mox_one_total counter\nmox_one_total 1\n", text));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.8", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("application/vnd.google.protobuf;q=0.7,application/openmetrics-text;q=0.6", true)]
    [InlineData("nonsense;;;,,", false)]
    public void Accept_ChoosesTheForm(string? accept, bool isOpenMetrics)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;
        Assert.Equal(isOpenMetrics, MetricsPage.PrefersOpenMetrics(context.Request.GetTypedHeaders().Accept));
    }

    [Theory]
    [InlineData("mox.smtp.server.command.duration", "s", "mox_smtp_server_command_duration_seconds")]
    [InlineData("mox.smtp.server.content", "By", "mox_smtp_server_content_bytes")]
    [InlineData("already.in.seconds", "s", "already_in_seconds")]
    [InlineData("mox.things.total", "{thing}", "mox_things")]
    [InlineData("9lives", "1", "_9lives")]
    public void Names_AreThoseOfPrometheus(string name, string unit, string family) => Assert.Equal(family, PrometheusNames.Family(name, unit));

    public void Dispose()
    {
        _provider.Dispose();
        _reader.Dispose();
        _services.Dispose();
    }
}
