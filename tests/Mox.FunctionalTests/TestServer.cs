using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Delivery.Senders;
using Mox.Host.Serving;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>The whole server of localserve in this process, in a directory of its own, on ports that the system chooses.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private MoxServer? _server;

    /// <summary>What it logs, all starts together.</summary>
    public RecordingLoggerProvider Log { get; } = new();

    /// <summary>
    /// The names of the Internet, for other than localserve. What a test does not say of a name: it has an address, lets everybody send for
    /// it, and has no policy.
    /// </summary>
    public FakeDns Dns { get; } = new() { Others = new LocalserveNames() };

    /// <summary>Changes the configuration before a start.</summary>
    public Func<MoxConfig, MoxConfig> Configure { get; set; } = config => config;

    /// <summary>Whether it accepts every address.</summary>
    public bool IsLocalserve { get; set; } = true;

    /// <summary>Sets up the log in another way than into <see cref="Log"/>.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; set; }

    /// <summary>Whether it follows its configuration files; those who turn it on change nothing else.</summary>
    public bool IsOnFiles { get; set; }

    /// <summary>The variables OTEL_* it sees; not those of the process.</summary>
    public IReadOnlyDictionary<string, string?> OtelVariables { get; set; } = new Dictionary<string, string?>();

    /// <summary>The configuration of the last start, which a test may replace.</summary>
    public LiveConfig Live { get; private set; } = null!;

    public string DataDirectory => _directory["data"];

    /// <summary>For commands: with files that say what the server was started with, but for the ports.</summary>
    public string ConfigDirectory => LocalserveConfig.ConfigDirectory(_directory.Path);

    public static async Task<TestServer> StartAsync(Func<MoxConfig, MoxConfig>? configure = null, bool isLocalserve = true)
    {
        var server = new TestServer { Configure = configure ?? (config => config), IsLocalserve = isLocalserve };
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync() => _server = await StartAsync(Config(0));

    /// <summary>Starts another one over the same directory.</summary>
    public Task<MoxServer> StartAsync(MoxConfig config)
    {
        Live = IsOnFiles ? Mox.Host.ConfigDirectory.Open(ConfigDirectory, TimeProvider.System, files => OnFreePorts(files)) : LiveConfig.Fixed(config);
        return StartAsync(Live);
    }

    private Task<MoxServer> StartAsync(LiveConfig live) => MoxServer.StartAsync(
        new MoxServerOptions
        {
            Live = live,
            ConfigureLogging = ConfigureLogging ?? (logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)),
            IsLocalserve = IsLocalserve,
            Dns = IsLocalserve ? null : Dns,
            ScramIterations = 4096,
            OtelVariables = OtelVariables,
        },
        CancellationToken.None);

    /// <summary>Its configuration, with SMTP on this port.</summary>
    public MoxConfig Config(int smtpPort)
    {
        MoxConfig config = LocalserveConfig.Create(_directory.Path, IPAddress.Loopback);
        ListenerConfig listener = config.Listeners[0];
        string certificate = listener.Tls!.Certificates[0].CertificateFile;
        if (!File.Exists(certificate))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(certificate)!);
            File.WriteAllText(certificate, SelfSigned.ToPem(TestCertificates.Certificate));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(certificate, UnixFileMode.UserRead);
            }

            File.WriteAllText(Path.Combine(ConfigDirectory, ConfigLoader.StaticFileName), LocalserveConfig.StaticJson(IPAddress.Loopback, 0));
            File.WriteAllText(Path.Combine(ConfigDirectory, ConfigLoader.DomainsFileName), LocalserveConfig.DomainsJson);
        }

        return Configure(OnFreePorts(config, smtpPort));
    }

    private static MoxConfig OnFreePorts(MoxConfig config, int smtpPort = 0) => config with
    {
        Listeners =
        [
            config.Listeners[0] with
            {
                Smtp = new SmtpListenerConfig { Port = smtpPort },
                Submission = new SubmissionListenerConfig { Port = 0 },
                Submissions = new SubmissionsListenerConfig { Port = 0 },
                Imap = new ImapListenerConfig { Port = 0 },
                Imaps = new ImapsListenerConfig { Port = 0 },
            },
        ],
        Limits = config.Limits with { Enabled = false },
    };

    public int Port(string service) => _server!.Endpoints.Single(endpoint => endpoint.Service == service).Address.Port;

    /// <summary>A client of a service, connected; no TLS yet.</summary>
    public async Task<LineClient> ConnectPlainAsync(string service)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port(service));
        return new LineClient(new SocketPipe(new NetworkStream(socket, ownsSocket: true)));
    }

    /// <summary>A client of a service, connected; IMAPS with its TLS.</summary>
    public async Task<LineClient> ConnectAsync(string service)
    {
        LineClient client = await ConnectPlainAsync(service);
        if (service is "IMAPS" or "submissions")
        {
            await client.StartTlsAsync("localhost", applicationProtocols: service == "IMAPS" ? "imap" : "smtp");
        }

        return client;
    }

    /// <summary>Plays a transcript on a connection of its own.</summary>
    public async Task PlayAsync(string service, string script)
    {
        await using LineClient client = await ConnectAsync(service);
        await Transcript.RunAsync(client, script);
    }

    /// <summary>HTTP over the control socket.</summary>
    public HttpClient CreateControlHttp() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(DataDirectory, "ctl")), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
    };

    /// <summary>Gives account mox a password by the operator's command; only in localserve it has one.</summary>
    public async Task<string> NewPasswordAsync()
    {
        CommandResult result = await CommandResult.RunAsync("account", "set-password", "mox", "--generate", "--config", ConfigDirectory);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Output.Split('\n')[1];
    }

    /// <summary>Ends when the server was told to stop, by other than <see cref="StopAsync"/>, and has.</summary>
    public async Task WaitForStopAsync()
    {
        await _server!.WaitForShutdownAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _server = null;
    }

    public async Task StopAsync()
    {
        await _server!.StopAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await StopAsync();
        }

        _directory.Dispose();
    }

    private sealed class SocketPipe(NetworkStream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
