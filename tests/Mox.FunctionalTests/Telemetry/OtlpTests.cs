using Mox.Config;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>What a collector gets from the whole server (OTLP over HTTP and gRPC, protocol buffers).</summary>
[Collection(OneServerAtATime.Name)]
public sealed class OtlpTests
{
    private const string Message = """
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 *
        C: MAIL FROM:<sender@example.org>
        S: 250 *
        C: RCPT TO:<mox@localhost>
        S: 250 *
        C: DATA
        S: 354 *
        C: Message-Id: <traced@example.org>
        C: Subject: traced
        C:
        C: hello
        C: .
        S: 250 *
        C: QUIT
        S: 221 *
        """;

    [Fact]
    public async Task Message_Delivered_IsOneTraceFromConnectionToMailbox()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using (TestServer server = await TestServer.StartAsync(config => config with
        {
            Telemetry = new TelemetryConfig { OtlpEndpoint = receiver.Url, OtlpProtocol = OtlpProtocol.HttpProtobuf, ServiceName = "mail" },
        }))
        {
            await server.PlayAsync("SMTP", Message);
            await server.StopAsync();
        }

        Assert.Equal(
            ["application/x-protobuf /v1/logs", "application/x-protobuf /v1/metrics", "application/x-protobuf /v1/traces"], receiver.Requests.Order());

        // ResourceLogs, ScopeLogs, LogRecord: 5 body, 6 attributes, 9 trace, 10 span. Only this server's.
        ProtoMessage delivered = receiver.Bodies("/v1/logs").SelectMany(body => body.Messages(1, 2, 2))
            .Single(record => record.Attributes(6).GetValueOrDefault("MessageId") == "<traced@example.org>");
        string trace = delivered.Hex(9);
        string cid = delivered.Attributes(6)["cid"];
        Assert.NotEmpty(cid);

        // ResourceSpans, ScopeSpans, Span: 1 trace, 2 id, 4 parent, 5 name, 9 attributes.
        List<ProtoMessage> all = [.. receiver.Bodies("/v1/traces").SelectMany(body => body.Messages(1, 2, 2)).Where(span => span.Hex(1) == trace)];
        string[] path = ["store.group", "store.add", "delivery.deliver", "smtp.deliver", "smtp.transaction", "smtp.session"];
        string[] checks = ["arc.verify", "dkim.verify", "dmarc.verify"];
        // SPF of the sender and of the EHLO name, and iprev, begin with the recipient.
        string[] early = ["iprev.verify", "spf.verify", "spf.verify"];
        Assert.Equal([.. path.Concat(checks).Concat(early).Append("delivery.authenticate").Order()], all.Select(span => span.Text(5)).Order());
        Dictionary<string, ProtoMessage> spans = all.Where(span => !early.Contains(span.Text(5))).ToDictionary(span => span.Text(5));
        Assert.All(checks, check => Assert.Equal(spans["delivery.authenticate"].Hex(2), spans[check].Hex(4)));
        Assert.Equal(spans["delivery.deliver"].Hex(2), spans["delivery.authenticate"].Hex(4));
        foreach ((string child, string parent) in path.Zip(path.Skip(1)))
        {
            Assert.True(spans[child].Hex(4) == spans[parent].Hex(2), $"{child} is not below {parent}");
        }

        Assert.Equal("", spans["smtp.session"].Hex(4));
        Assert.Equal(cid, spans["smtp.session"].Attributes(9)["mox.cid"]);
        Assert.Equal(spans["delivery.deliver"].Hex(2), delivered.Hex(10));
        Assert.Contains(
            receiver.Bodies("/v1/traces").SelectMany(body => body.Messages(1, 1)),
            resource => resource.Attributes(1)["service.name"] == "mail" && resource.Attributes(1)["host.name"] == "localhost");

        // ResourceMetrics, ScopeMetrics, Metric: 1 name.
        string[] metrics = [.. receiver.Bodies("/v1/metrics").SelectMany(body => body.Messages(1, 2, 2)).Select(metric => metric.Text(1))];
        Assert.Contains("mox.delivery.messages", metrics);
        Assert.Contains("mox.store.flushes", metrics);
        Assert.Contains("dotnet.gc.collections", metrics);
    }

    [Fact]
    public async Task Variables_OfTheStandard_NameTheCollector()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using var server = new TestServer
        {
            OtelVariables = new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url.AbsoluteUri,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRICS_EXPORTER"] = "none",
                ["OTEL_SERVICE_NAME"] = "by-variable",
            },
        };
        await server.StartAgainAsync();
        await server.PlayAsync("SMTP", Message);
        await server.StopAsync();

        Assert.Equal(["application/x-protobuf /v1/logs", "application/x-protobuf /v1/traces"], receiver.Requests.Order());
        Assert.Contains(receiver.Bodies("/v1/logs").SelectMany(body => body.Messages(1, 1)), resource => resource.Attributes(1)["service.name"] == "by-variable");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grpc_ByVariableOrByOption_CarriesAllThree(bool byVariable)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(isGrpc: true);
        await using var server = new TestServer
        {
            Configure = config => byVariable ? config : config with { Telemetry = new TelemetryConfig { OtlpEndpoint = receiver.Url, OtlpProtocol = OtlpProtocol.Grpc } },
            OtelVariables = !byVariable ? new Dictionary<string, string?>() : new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url.AbsoluteUri,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            },
        };
        await server.StartAgainAsync();
        await server.PlayAsync("SMTP", Message);
        await server.StopAsync();

        Assert.Equal(
            [
                "application/grpc /opentelemetry.proto.collector.logs.v1.LogsService/Export",
                "application/grpc /opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
                "application/grpc /opentelemetry.proto.collector.trace.v1.TraceService/Export",
            ],
            receiver.Requests.Order());
        Assert.Contains(
            receiver.Bodies("LogsService/Export").SelectMany(body => body.Messages(1, 2, 2)), record => record.Attributes(6).GetValueOrDefault("MessageId") == "<traced@example.org>");
        Assert.Contains("mox.delivery.messages", receiver.Bodies("MetricsService/Export").SelectMany(body => body.Messages(1, 2, 2)).Select(metric => metric.Text(1)));
        Assert.Contains("delivery.deliver", receiver.Bodies("TraceService/Export").SelectMany(body => body.Messages(1, 2, 2)).Select(span => span.Text(5)));
    }

    [Fact]
    public async Task Collector_ThatDoesNotAnswer_DelaysNeitherMailNorTheEnd()
    {
        await using TestServer server = await TestServer.StartAsync(config => config with
        {
            Telemetry = new TelemetryConfig { OtlpEndpoint = new Uri("http://127.0.0.1:9"), OtlpProtocol = OtlpProtocol.HttpProtobuf },
        });
        await server.PlayAsync("SMTP", Message);
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("<traced@example.org>", StringComparison.Ordinal));
    }
}
