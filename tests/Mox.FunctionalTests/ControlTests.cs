using System.Net;
using System.Text;
using Mox.Host.Cli;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>The control socket of a running server, and the commands that use it.</summary>
public class ControlTests
{
    [Fact]
    public async Task Version_OfRunningServer_IsTold()
    {
        await using TestServer server = await TestServer.StartAsync();
        CommandResult result = await CommandResult.RunAsync("version", "--config", server.ConfigDirectory);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains($"server: mox {VersionCommand.Version} (.NET ", result.Output, StringComparison.Ordinal);
        Assert.Contains($", process {Environment.ProcessId}, since ", result.Output, StringComparison.Ordinal);
        await server.StopAsync();
        result = await CommandResult.RunAsync("version", "--config", server.ConfigDirectory);
        Assert.Contains("server: not running on ", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(server.DataDirectory, "ctl")));
    }

    [Fact]
    public async Task Stop_RunningServer_ReturnsWhenItHasStopped()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient smtp = await server.ConnectAsync("SMTP");
        await Transcript.RunAsync(smtp, "S: 220 *");
        Task stopped = server.WaitForStopAsync();
        CommandResult result = await CommandResult.RunAsync("stop", "--config", server.ConfigDirectory);
        await stopped;
        Assert.Equal((0, "stopped\n", ""), (result.Code, result.Output, result.Error));
        await Transcript.RunAsync(smtp, "S: 421 *\nS: <eof>");
        result = await CommandResult.RunAsync("stop", "--config", server.ConfigDirectory);
        Assert.Equal((1, $"mox: no server is running on {server.DataDirectory}: start it first\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task Loglevels_Set_HoldsAndIsListed()
    {
        await using TestServer server = await TestServer.StartAsync();
        CommandResult result = await CommandResult.RunAsync("loglevels", "set", "trace", "smtp", "--config", server.ConfigDirectory);
        Assert.Equal((0, "library\tlevel\n(all)\tInformation\nsmtp\tTrace\n", ""), (result.Code, result.Output, result.Error));
        result = await CommandResult.RunAsync("loglevels", "list", "--json", "--config", server.ConfigDirectory);
        Assert.Equal("{\"level\":\"Information\",\"packages\":{\"smtp\":\"Trace\"}}\n", result.Output);
        result = await CommandResult.RunAsync("loglevels", "set", "default", "smtp", "--config", server.ConfigDirectory);
        Assert.Equal("library\tlevel\n(all)\tInformation\n", result.Output);
        result = await CommandResult.RunAsync("loglevels", "set", "Debug", "smpt", "--config", server.ConfigDirectory);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith("mox: there is no library \"smpt\": the log knows ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_OnTcp_IsNotThere()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string service in (string[])["SMTP", "IMAP"])
        {
            await using LineClient client = await server.ConnectPlainAsync(service);
            await client.ReadLineAsync();
            await client.SendAsync("GET /ctl/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Assert.DoesNotContain("200 OK", await client.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "/", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/ctl", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/ctl/nonsense", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/ctl/stop", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/metrics", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/ctl/loglevels", "", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/loglevels", "{", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/loglevels", "{\"level\":\"Loud\"}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/loglevels", "{\"levle\":\"Debug\"}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/loglevels", "{}", HttpStatusCode.Conflict)]
    [InlineData("POST", "/ctl/queue/hold", "{}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/queue/list", "{\"count\":10}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/ctl/queue/list", "{\"filter\":{},\"count\":10}", HttpStatusCode.OK)]
    [InlineData("POST", "/ctl/account/add", "{\"account\":null,\"address\":\"a@mox.example\"}", HttpStatusCode.BadRequest)]
    public async Task Control_BadRequest_IsRefusedAndServerLives(string method, string path, string? body, HttpStatusCode expected)
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpClient http = server.CreateControlHttp();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/ctl/version", UriKind.Relative))).StatusCode);
    }
}
