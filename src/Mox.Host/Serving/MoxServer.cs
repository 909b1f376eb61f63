using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mox.Config;
using Mox.Delivery;
using Mox.Host.Cli;
using Mox.Host.Control;
using Mox.Host.Logging;
using Mox.Host.Operations;
using Mox.Host.Service;
using Mox.Host.Telemetry;
using Mox.Imap;
using Mox.Net.Sasl;
using Mox.Queue;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>A running server: the store, and one Kestrel with an endpoint for each service of each listener.</summary>
/// <remarks>The store is opened before the first connection is taken, and closed after the last one has ended.</remarks>
public sealed partial class MoxServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MoxServer(WebApplication app, IReadOnlyList<OpenEndpoint> endpoints) => (_app, Endpoints) = (app, endpoints);

    /// <summary>Where connections are taken.</summary>
    public IReadOnlyList<OpenEndpoint> Endpoints { get; }

    /// <summary>Opens the store, makes what is missing, and takes connections.</summary>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public static async Task<MoxServer> StartAsync(MoxServerOptions options, CancellationToken ct)
    {
        FilePermissions.Check(options.Live);
        var plan = new EndpointPlan();
        var store = new OpenStore();
        var queue = new OpenQueue();
        WebApplication app = Build(options, plan, store, queue);
        try
        {
            app.Services.GetRequiredService<TelemetryExport>().Start();
            await store.StartAsync(options, app.Services, ct);
            await queue.StartAsync(options, app.Services, ct);
            plan.Endpoints = await ServiceEndpoints.CreateAsync(options, app.Services, ct);
            app.Services.GetRequiredService<HostMetrics>().Certificates(app.Services.GetRequiredService<CertificateReloader>().Remaining);
            // The server exists since the host was built, and reads its endpoints from these options when it starts.
            Open(app, plan);
            await app.StartAsync(ct);
            WriteStart(app, options, plan);
            WriteStop(app);
            options.Live.Watch(app.Services.GetRequiredService<ILogger<LiveConfig>>());
            return new MoxServer(app, plan.Open());
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the server has stopped: by a signal, or by <see cref="StopAsync"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    private static void WriteStart(WebApplication app, MoxServerOptions options, EndpointPlan plan)
    {
        ILogger logger = app.Services.GetRequiredService<ILogger<MoxServer>>();
        MoxConfig config = options.Config;
        string endpoints = string.Join(' ', plan.Open().Select(endpoint => $"{endpoint.Service}={endpoint.Address}"));
        LogStarted(logger, VersionCommand.Version, config.Hostname.Ascii, endpoints);
        bool isPublic = config.Listeners.Any(listener => listener.Smtp is not null && !listener.Addresses.All(IPAddress.IsLoopback));
        if (isPublic && !config.Hostname.Ascii.Contains('.', StringComparison.Ordinal))
        {
            LogShortName(logger, config.Hostname.Ascii);
        }
    }

    private static void WriteStop(WebApplication app)
    {
        ILogger logger = app.Services.GetRequiredService<ILogger<MoxServer>>();
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(logger));
        app.Lifetime.ApplicationStopped.Register(() => LogStopped(logger));
    }

    // The store has the lock of the data directory by now, and the container lets go of the socket before it.
    private static void Open(WebApplication app, EndpointPlan plan)
    {
        KestrelServerOptions kestrel = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
        var ceiling = app.Services.GetRequiredService<ConnectionCeiling>();
        HttpSite control = ControlSite.Create();
        plan.Apply(kestrel, ceiling);
        EndpointPlan.Apply(kestrel, ceiling, app.Services.GetRequiredService<ControlSocket>().FilePath, control);
        HttpSite.Use(app, plan.Endpoints.Select(endpoint => endpoint.Site).OfType<HttpSite>().Distinct().Append(control));
    }

    /// <summary>Takes no more connections, lets sessions say goodbye, and closes the store.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Nothing is read from the current directory or the environment: the configuration is what the options say.
    private static WebApplication Build(MoxServerOptions options, EndpointPlan plan, OpenStore store, OpenQueue queue)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        options.ConfigureLogging(builder.Logging);
        builder.Services.TryAddSingleton(new LogLevels(options.Config.Log.Level));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddMetrics();
        builder.AddTelemetry(TelemetrySettings.Of(options.Config, options.OtelVariables));
        builder.Services.AddSingleton(store.Get);
        builder.Services.AddSingleton(options.Live);
        builder.Services.AddSingleton(Recipients(options));
        builder.Services.AddSingleton<CertificateReloader>();
        builder.Services.AddSingleton(new LoginSessions(account => options.Live.Current.Accounts.GetValueOrDefault(account) is { LoginDisabled: null }));
        builder.Services.AddSingleton<ConfiguredAccounts>();
        builder.Services.AddSingleton<ServerReload>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CertificateReloader>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ConfiguredAccounts>());
        builder.Services.AddHostedService<WarmUp>();
        builder.Services.AddSingleton(new DeliveryOptions
        {
            Limits = options.Config.Limits.Enabled,
            SpfForMany = !options.IsLocalserve,
            Hostnames = [.. options.Config.Listeners.Select(listener => listener.Hostname.Ascii).Append(options.Config.Hostname.Ascii).Distinct()],
        });
        builder.Services.AddSingleton(new RunningServer(options.Time.GetUtcNow()));
        builder.Services.AddSingleton(_ => new ControlSocket(ControlSocket.PathIn(options.Config.DataDirectory)));
        builder.Services.AddSingleton(services => new OperationContext(
            options.Live,
            services.GetRequiredService<AccountStore>(),
            _ => ValueTask.FromResult(services.GetRequiredService<MailQueue>()),
            options.Time,
            "server"));
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ControlJson.Default));
        builder.Services.AddSingleton(services => Transports.Inbound(options, services));
        builder.Services.AddSingleton<INonDelivery, QueuedReports>().AddSingleton<ReportingMail>();
        builder.Services.AddMoxSmtp().AddDns(options).AddMoxDelivery().AddMoxImap().AddQueue(options, queue);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        if (options.HandleSignals)
        {
            builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
            builder.Services.AddHostedService<HangupSignal>();
            builder.Services.AddServiceNotifier();
        }
        else
        {
            builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        }

        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = address => address is IPEndPoint ip
                ? ListenSockets.Bind(ip, plan.ServiceAt(ip))
                : ControlSocket.Bind(address.ToString()!);
            // Sessions run where their bytes arrive, with no hand-over to another thread. They never block: what does runs on the store's threads.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.Services.AddSingleton(services => new ConnectionCeiling(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(services),
            OpenFiles.Connections(OpenFiles.Limit()),
            options.Time,
            services.GetRequiredService<ILogger<ConnectionCeiling>>()));
        // Kestrel asks the one that was added last.
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => services.GetRequiredService<ConnectionCeiling>());
        return builder.Build();
    }

    private static IRecipients Recipients(MoxServerOptions options)
    {
        var configured = new ConfiguredRecipients(options.Live);
        return options.IsLocalserve ? new LocalserveRecipients(configured, options.Live) : configured;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "mox started version={Version} hostname={Hostname} endpoints={Endpoints}")]
    private static partial void LogStarted(ILogger logger, string version, string hostname, string endpoints);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mox:Hostname is no full name: other servers refuse mail from it; write one as in mail.example.org hostname={Hostname}")]
    private static partial void LogShortName(ILogger logger, string hostname);

    [LoggerMessage(Level = LogLevel.Information, Message = "mox stops: sessions are told, and what runs is brought to its end")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "mox stopped")]
    private static partial void LogStopped(ILogger logger);

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
