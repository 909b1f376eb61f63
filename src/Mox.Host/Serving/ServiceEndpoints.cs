using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Mox.Addresses;
using Mox.Config;
using Mox.Delivery;
using Mox.Host.Logging;
using Mox.Host.Telemetry;
using Mox.Imap;
using Mox.Net;
using Mox.Net.Limits;
using Mox.Net.Proxy;
using Mox.Net.Sasl;
using Mox.Net.Tls;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Joins configuration, store and protocols: a handler for each service of each listener. A service is added here and nowhere else.</summary>
internal sealed class ServiceEndpoints
{
    private readonly LiveConfig _live;
    private readonly MoxConfig _config;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly AccountStore _store;
    private readonly ReportingMail _inbound;
    private readonly IAuthenticator _authenticator;
    private readonly LoginSessions _sessions;
    private readonly ConnectionIdSource _connectionIds;
    private readonly ReceivedIdCipher _receivedIds;
    private readonly bool _hasIpv6Loopback = ListenSockets.HasIpv6Loopback();

    private ServiceEndpoints(MoxServerOptions options, IServiceProvider services)
    {
        (_live, _config, _services, _time) = (options.Live, options.Config, services, options.Time);
        _store = services.GetRequiredService<AccountStore>();
        _connectionIds = services.GetRequiredService<ConnectionIdSource>();
        _receivedIds = services.GetRequiredService<ReceivedIdCipher>();
        _authenticator = Authentication(services);
        _sessions = services.GetRequiredService<LoginSessions>();
        _inbound = services.GetRequiredService<ReportingMail>();
    }

    /// <summary>The endpoints of a configuration.</summary>
    /// <exception cref="UserErrorException">A certificate cannot be used.</exception>
    public static async Task<IReadOnlyList<Endpoint>> CreateAsync(
        MoxServerOptions options, IServiceProvider services, CancellationToken ct)
    {
        var join = new ServiceEndpoints(options, services);
        var endpoints = new List<Endpoint>();
        foreach (ListenerConfig listener in options.Config.Listeners)
        {
            ServerCertificates? certificates = await Certificates.LoadAsync(listener, ct);
            services.GetRequiredService<CertificateReloader>().Follow(listener, certificates);
            join.Add(endpoints, listener, "SMTP", listener.Smtp?.Port, () => join.Smtp(listener, listener.Smtp!, certificates));
            join.Add(
                endpoints, listener, "submission", listener.Submission?.Port,
                () => join.Submission(listener, certificates, false, listener.Submission!.AllowPlaintextLogin));
            join.Add(endpoints, listener, "submissions", listener.Submissions?.Port, () => join.Submission(listener, certificates, true, false));
            join.Add(endpoints, listener, "IMAP", listener.Imap?.Port, () => join.Imap(listener, certificates, false, listener.Imap!.AllowPlaintextLogin));
            join.Add(endpoints, listener, "IMAPS", listener.Imaps?.Port, () => join.Imap(listener, certificates, true, false));
            join.Add(endpoints, listener, "metrics", listener.Metrics?.Port, MetricsSite.Site);
        }

        return endpoints;
    }

    private void Add(List<Endpoint> endpoints, ListenerConfig listener, string service, int? port, Func<ConnectionHandler> handler)
    {
        if (port is not { } number)
        {
            return;
        }

        ConnectionDelegate one = BehindProxies(listener, handler().OnConnectedAsync);
        endpoints.AddRange(Addresses(listener).Select(address => new Endpoint(service, listener.Name, new IPEndPoint(address, number), one)));
    }

    private void Add(List<Endpoint> endpoints, ListenerConfig listener, string service, int? port, HttpSite site)
    {
        if (port is { } number)
        {
            endpoints.AddRange(Addresses(listener).Select(
                address => new Endpoint(service, listener.Name, new IPEndPoint(address, number), Handle: null)
                {
                    Site = site,
                    Before = next => BehindProxies(listener, next),
                }));
        }
    }

    private IEnumerable<IPAddress> Addresses(ListenerConfig listener) =>
        listener.Addresses.Where(address => !address.Equals(IPAddress.IPv6Loopback) || _hasIpv6Loopback);

    // Before TLS and before the greeting: the session never sees the proxy.
    private ConnectionDelegate BehindProxies(ListenerConfig listener, ConnectionDelegate service) => listener.TrustedProxies.IsEmpty
        ? service
        : new ProxyProtocol(service, listener.TrustedProxies, _time, _services.GetRequiredService<ILogger<ProxyProtocol>>()).OnConnectedAsync;

    private SmtpConnectionHandler Smtp(ListenerConfig listener, SmtpListenerConfig smtp, ServerCertificates? certificates)
    {
        var options = new SmtpOptions
        {
            Hostname = listener.Hostname.Ascii,
            MaxMessageBytes = listener.MaxMessageBytes,
            Limits = _config.Limits.Enabled,
            Pedantic = _config.Pedantic,
            RefuseBareLineFeed = smtp.RefuseBareLf,
            StartTls = smtp.StartTls != StartTlsMode.Off,
            RequireStartTls = smtp.StartTls == StartTlsMode.Required,
            TlsResume = smtp.TlsResume,
            MinimumTls = listener.Tls?.MinimumVersion ?? SslProtocols.Tls12,
        };
        return Smtp(options, SmtpServices(certificates) with { Inbound = _inbound });
    }

    private SmtpConnectionHandler Submission(ListenerConfig listener, ServerCertificates? certificates, bool implicitTls, bool allowPlaintext)
    {
        var options = new SmtpOptions
        {
            Kind = SmtpServiceKind.Submit,
            Hostname = listener.Hostname.Ascii,
            MaxMessageBytes = listener.MaxMessageBytes,
            Limits = _config.Limits.Enabled,
            Pedantic = _config.Pedantic,
            ImplicitTls = implicitTls,
            RequireStartTls = !allowPlaintext,
            AllowPlaintextLogin = allowPlaintext,
            TlsResume = true,
            MinimumTls = listener.Tls?.MinimumVersion ?? SslProtocols.Tls12,
        };
        return Smtp(
            options,
            SmtpServices(certificates) with { Submission = _services.GetRequiredService<ISubmission>(), Authenticator = _authenticator });
    }

    private SmtpConnectionHandler Smtp(SmtpOptions options, SmtpServices services) =>
        new(services, options, _services.GetRequiredService<ILogger<SmtpConnectionHandler>>());

    // What both kinds of listener need.
    private SmtpServices SmtpServices(ServerCertificates? certificates)
    {
        LogLevels levels = _services.GetRequiredService<LogLevels>();
        return new SmtpServices
        {
            Certificates = certificates,
            Sessions = _sessions,
            ConnectionLimits = Limits(),
            ConnectionIds = _connectionIds,
            ReceivedIds = _receivedIds,
            Trace = () => levels.TraceOf("smtp"),
            Metrics = _services.GetRequiredService<SmtpMetrics>(),
            Time = _time,
        };
    }

    private ImapConnectionHandler Imap(ListenerConfig listener, ServerCertificates? certificates, bool implicitTls, bool allowPlaintext)
    {
        LogLevels levels = _services.GetRequiredService<LogLevels>();
        var services = new ImapServices
        {
            Accounts = _store,
            Authenticator = _authenticator,
            Sessions = _sessions,
            Certificates = certificates,
            ConnectionLimits = Limits(),
            ConnectionIds = _connectionIds,
            CapabilitiesDisabled = account => _live.Current.Accounts.GetValueOrDefault(account)?.ImapCapabilitiesDisabled ?? [],
            DeliveryMailboxes = account => _live.Current.Accounts.GetValueOrDefault(account)?.Destinations.Select(d => d.Mailbox) ?? [],
            Metrics = _services.GetRequiredService<ImapMetrics>(),
            Time = _time,
        };
        var options = new ImapOptions
        {
            ImplicitTls = implicitTls,
            AllowPlaintextAuthentication = allowPlaintext,
            MaxMessageBytes = listener.MaxMessageBytes,
            MinimumTls = listener.Tls?.MinimumVersion ?? SslProtocols.Tls12,
            Limits = _config.Limits.Enabled,
            Trace = () => levels.TraceOf("imap"),
        };
        return new ImapConnectionHandler(services, options, _services.GetRequiredService<ILogger<ImapConnectionHandler>>());
    }

    private StoreAuthenticator Authentication(IServiceProvider services)
    {
        return new StoreAuthenticator(
            _store,
            login => Find(_live.Addresses, login),
            new FailedLoginLimiter(_time, _config.Limits.Enabled, _config.Limits.FailedLoginsPerMinute, _config.Limits.FailedLoginsPerDay),
            _config.Hostname.Ascii,
            delays: _config.Limits.Enabled,
            services.GetRequiredService<ILogger<StoreAuthenticator>>());
    }

    private static LoginTarget? Find(AddressResolver addresses, string login) =>
        Address.TryParse(login, out Address address) && addresses.ResolveLogin(address) is { } found
            ? new LoginTarget(found.Account.Name, found.Canonical.ToString(), found.Account.LoginDisabled is not null, found.Account.LoginDisabled)
            : null;

    private ConnectionLimits? Limits() => _config.Limits is { Enabled: true } limits
        ? new ConnectionLimits(_time, newPerMinute: limits.ConnectionsPerMinute, open: limits.ConcurrentConnections)
        : null;
}
