using System.Net;
using System.Text.Json;
using Mox.Config;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>/metrics and /healthz of the whole server.</summary>
[Collection(OneServerAtATime.Name)]
public sealed class MetricsPageTests
{
    internal static readonly HttpClient Client = new();

    [Fact]
    public async Task Metrics_AfterMailAndALogin_ShowThem()
    {
        await using TestServer server = await StartAsync();
        await server.PlayAsync("SMTP", MailPathTests.Deliver);
        await server.PlayAsync("IMAPS", """
            S: * OK *
            C: a LOGIN mox@localhost wrong
            S: a NO *
            C: b LOGIN mox@localhost moxmoxmox
            S: b OK *
            C: c LOGOUT
            S: * BYE *
            S: c OK *
            """);
        using HttpResponseMessage response = await Client.GetAsync(Url(server, "/metrics"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        foreach (string name in new[]
        {
            "mox_delivery_messages_total{outcome=\"Delivered\"} ", "mox_smtp_server_transactions_total{code=\"250\",kind=\"deliver\"} ",
            "mox_imap_command_duration_seconds_count{command=\"LOGIN\",result=\"NO\"} ", "mox_store_logins_total{",
            "mox_store_accounts_failing 0", "mox_queue_recipients{state=\"Queued\"} 0", "mox_queue_recipients{state=\"Held\"} 0",
            "mox_tls_certificate_remaining_duration_seconds{listener=\"local\"} ", "dotnet_gc_collections_total{", "kestrel_active_connections{",
        })
        {
            Assert.Contains("\n" + name, text, StringComparison.Ordinal);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, Url(server, "/metrics"));
        request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        using HttpResponseMessage open = await Client.SendAsync(request);
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("\n# EOF\n", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OfAWorkingServer_Is200WithReasons()
    {
        await using TestServer server = await StartAsync();
        await server.PlayAsync("SMTP", MailPathTests.Deliver);
        using HttpResponseMessage response = await Client.GetAsync(Url(server, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("ok", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("the last write was committed", json.RootElement.GetProperty("checks").GetProperty("store").GetProperty("reason").GetString());
        Assert.Equal("ok", json.RootElement.GetProperty("checks").GetProperty("listeners").GetProperty("status").GetString());
        Assert.Equal("ok", json.RootElement.GetProperty("checks").GetProperty("queue").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Health_WhenTheLastWriteFailed_Is503_UntilOneSucceeds()
    {
        await using TestServer server = await StartAsync();
        string database = Path.Combine(server.DataDirectory, "accounts", "mox", "account.db");
        await server.PlayAsync("SMTP", MailPathTests.Deliver);
        File.Move(database, database + ".away");
        await server.PlayAsync("SMTP", MailPathTests.Deliver.Replace("C: .\nS: 250 *", "C: .\nS: 451 *", StringComparison.Ordinal));
        using (HttpResponseMessage failing = await Client.GetAsync(Url(server, "/healthz")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failing.StatusCode);
            Assert.Contains("the last write failed", await failing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        File.Move(database + ".away", database);
        await server.PlayAsync("SMTP", MailPathTests.Deliver);
        using HttpResponseMessage whole = await Client.GetAsync(Url(server, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Category.Contains("HealthChecks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics/x")]
    [InlineData("/ctl/version")]
    public async Task OtherPaths_OfTheListener_AreNotFound(string path)
    {
        await using TestServer server = await StartAsync();
        using HttpResponseMessage response = await Client.GetAsync(Url(server, path));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_ToMetrics_IsNotAllowed()
    {
        await using TestServer server = await StartAsync();
        using HttpResponseMessage response = await Client.PostAsync(Url(server, "/metrics"), new StringContent("x"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    internal static Uri Url(TestServer server, string path) => new($"http://127.0.0.1:{server.Port("metrics")}{path}");

    internal static Task<TestServer> StartAsync() => TestServer.StartAsync(config => config with
    {
        Listeners =
        [
            .. config.Listeners,
            new ListenerConfig { Name = "metrics", Addresses = [IPAddress.Loopback], Hostname = config.Hostname, Metrics = new MetricsListenerConfig { Port = 0 } },
        ],
    });
}
