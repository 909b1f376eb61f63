using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Delivery.Senders;
using Mox.Host.Cli;
using Mox.Host.Serving;
using Mox.Testing;

namespace Mox.Host.Tests.Cli;

public sealed class ServeCommandTests : IDisposable
{
    private readonly TempDirectory _parent = new();
    private readonly RecordingLoggerProvider _log = new();

    private string Dir => _parent["config"];

    [Fact]
    public async Task Serve_BadConfiguration_PrintsAllProblemsAndFails()
    {
        await RunAsync("config", "example", Dir);
        string file = Path.Combine(Dir, "domains.json");
        await File.WriteAllTextAsync(file, "{ \"Domain\": {}, \"Account\": {} }");
        (int code, string output, string error) = await RunAsync("serve", "--config", Dir);
        Assert.Equal((1, ""), (code, output));
        string[] lines = error.Trim().Split(Environment.NewLine);
        Assert.All(lines, line => Assert.StartsWith("mox: ", line, StringComparison.Ordinal));
        Assert.Contains($"mox: {file}(1,3): Domain: there is no such option: did you mean Domains?", lines);
        Assert.Contains($"mox: {file}(1,17): Account: there is no such option: did you mean Accounts?", lines);
    }

    [Fact]
    public async Task Serve_DataOpenToOthers_SaysChmod()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await RunAsync("config", "example", Dir);
        string data = Path.Combine(Dir, "data");
        Directory.CreateDirectory(data);
        // Whatever the umask is.
        File.SetUnixFileMode(data, (UnixFileMode)0x1ed);
        (int code, _, string error) = await RunAsync("serve", "--config", Dir);
        Assert.Equal((1, $"mox: {data}: the data directory is open to other users (mode 0755): chmod 700 it"), (code, error.Trim()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("appsettings.json")]
    [InlineData("domains.json")]
    public async Task Serve_ConfigurationThatAllMayChange_SaysChmod(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await RunAsync("config", "example", Dir);
        string path = name.Length == 0 ? Dir : Path.Combine(Dir, name);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        (int code, _, string error) = await RunAsync("serve", "--config", Dir);
        Assert.Equal(1, code);
        Assert.StartsWith($"mox: {path}: every user of this machine can change it", error, StringComparison.Ordinal);
        (code, string tested, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal(1, code);
        Assert.StartsWith($"{path}: every user of this machine can change it", tested, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_NoDirectory_SaysSo()
    {
        (int code, _, string error) = await RunAsync("serve", "--config", _parent["nowhere"]);
        Assert.Equal(1, code);
        Assert.Contains("appsettings.json: there is no such file", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Example_StartsAsItIs_AndFollowsItsFiles()
    {
        await RunAsync("config", "example", Dir);
        using LiveConfig live = ConfigDirectory.Open(Dir, TimeProvider.System, OnFreePorts);
        await using MoxServer server = await MoxServer.StartAsync(
            new MoxServerOptions { Live = live, ConfigureLogging = logging => logging.AddProvider(_log), Dns = new LocalserveNames() }, default);
        await MailAsync(server, "alice+shop@example.org", "250 *");
        await MailAsync(server, "info@example.org", "250 *");
        await MailAsync(server, "bob@example.org", "550 5.1.1 *");

        var editor = new ConfigEditor(live);
        Assert.Empty(await editor.AddAccountAsync("bob", "bob@example.org", "test", default));
        await MadeAsync("bob");
        await MailAsync(server, "bob@example.org", "250 *");
        string domains = Path.Combine(Dir, "domains.json");
        await File.WriteAllTextAsync(domains, (await File.ReadAllTextAsync(domains)).Replace("\"bob@", "\"rob@", StringComparison.Ordinal));
        Assert.Empty(await live.ReloadAsync(default));
        await MailAsync(server, "bob@example.org", "550 5.1.1 *");
        await MailAsync(server, "rob@example.org", "250 *");
        await File.WriteAllTextAsync(domains, "{");
        Assert.Single(await live.ReloadAsync(default));
        await MailAsync(server, "rob@example.org", "250 *");
        await server.StopAsync();
        Assert.Single(_log.AtLeast(LogLevel.Error));
        Assert.Contains(_log.Entries, entry => entry.Message.StartsWith("mox started version=", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _log.Dispose();
        _parent.Dispose();
    }

    // Others may use those of the example.
    private static MoxConfig OnFreePorts(MoxConfig config) => config with
    {
        Limits = config.Limits with { Enabled = false },
        Listeners =
        [
            .. config.Listeners.Select(listener => listener with
            {
                Smtp = listener.Smtp is null ? null : listener.Smtp with { Port = 0 },
                Submission = null,
                Submissions = null,
                Imap = listener.Imap is null ? null : listener.Imap with { Port = 0 },
                Imaps = null,
                Metrics = listener.Metrics is null ? null : listener.Metrics with { Port = 0 },
            }),
        ],
    };

    private static async Task MailAsync(MoxServer server, string to, string reply)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Endpoints.First(endpoint => endpoint.Service == "SMTP").Address);
        await using var client = new LineClient(new StreamPipe(new NetworkStream(socket, ownsSocket: true)));
        await Transcript.RunAsync(client, $"""
            S: 220 localhost *
            C: EHLO x.example
            S...
            S: 250 *
            C: MAIL FROM:<a@b.example>
            S: 250 *
            C: RCPT TO:<{to}>
            S: 250 *
            C: DATA
            S: 354 *
            C: Subject: hello
            C:
            C: .
            S: {reply}
            """);
    }

    // In the background, so that who changes the configuration does not wait for disks.
    private async Task MadeAsync(string account)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!Directory.Exists(Path.Combine(Dir, "data", "accounts", account)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        // A server that starts after all must not run for ever.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        int code = await MoxCommandLine.RunAsync(arguments, output, error, patience.Token);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
