using Mox.Config;
using Mox.Delivery;
using Mox.Delivery.Senders;
using Mox.Dns;
using Mox.Host.Logging;
using Mox.Net;
using Mox.Queue;
using Mox.Smtp;
using Mox.Smtp.Client;
using Mox.Smtp.Server;

namespace Mox.Host.Serving;

/// <summary>Joins the queue with what mail leaves by: the local transport, and those of the configuration.</summary>
internal static class Transports
{
    /// <summary>Registers the queue and its transports.</summary>
    public static IServiceCollection AddQueue(this IServiceCollection services, MoxServerOptions options, OpenQueue queue)
    {
        MoxConfig config = options.Config;
        services.AddSingleton(queue.Get);
        services.AddSingleton(new ConnectionIdSource(options.Time));
        services.AddSingleton(_ => ReceivedIdKey.Load(config.DataDirectory));
        services.AddSingleton<Dialer>();
        services.AddSingleton<ITransport>(Local);
        foreach (TransportConfig transport in config.Transports.Values)
        {
            // A kind of transport is one line here.
            if (transport.Smarthost is { } smarthost)
            {
                services.AddSingleton<ITransport>(s => Smarthost(transport.Name, smarthost, config, s));
            }
        }

        return services.AddMoxQueue(allIsLocal: options.IsLocalserve);
    }

    /// <summary>Registers who is asked about names: in localserve nobody.</summary>
    public static IServiceCollection AddDns(this IServiceCollection services, MoxServerOptions options)
    {
        if ((options.Dns ?? (options.IsLocalserve ? new LocalserveNames() : null)) is { } names)
        {
            services.AddSingleton(names);
        }

        DnsConfig dns = options.Config.Dns;
        return services
            .AddSingleton(new DnsClientOptions { Servers = dns.Servers, TrustAuthenticData = dns.TrustAuthenticData })
            .AddMoxDns();
    }

    /// <summary>Where mail for our accounts comes in; in localserve some localparts simulate errors.</summary>
    public static IInboundMail Inbound(MoxServerOptions options, IServiceProvider services)
    {
        IInboundMail inbound = ActivatorUtilities.CreateInstance<InboundMail>(services);
        return options.IsLocalserve ? new ErrorSimulatingMail(inbound, options.Time) : inbound;
    }

    private static LocalTransport Local(IServiceProvider services)
    {
        var ids = services.GetRequiredService<ConnectionIdSource>();
        var cipher = services.GetRequiredService<ReceivedIdCipher>();
        return new LocalTransport(
            services.GetRequiredService<IInboundMail>(),
            services.GetRequiredService<LiveConfig>().Current.Hostname,
            () =>
            {
                ConnectionId id = ids.Next();
                return (id.ToString(), cipher.Encrypt(id.Value));
            },
            services.GetRequiredService<TimeProvider>());
    }

    private static SmarthostTransport Smarthost(string name, SmarthostConfig smarthost, MoxConfig config, IServiceProvider services)
    {
        var levels = services.GetRequiredService<LogLevels>();
        return new SmarthostTransport(
            name,
            smarthost,
            new SmtpClientOptions
            {
                Hello = config.Hostname,
                Trace = () => levels.TraceOf("queue"),
                Metrics = services.GetRequiredService<SmtpClientMetrics>(),
            },
            services.GetRequiredService<Dialer>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SmarthostTransport>>());
    }
}
