using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mox.Host.Serving;

/// <summary>Hands the endpoints to Kestrel, and knows afterwards where they are.</summary>
internal sealed class EndpointPlan
{
    private const long MaxHttpBodyBytes = 1 << 20;

    private readonly List<(Endpoint Endpoint, ListenOptions Options)> _applied = [];

    /// <summary>Known before Kestrel starts, but after its host is built.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; set; } = [];

    /// <summary>Configures Kestrel.</summary>
    public void Apply(KestrelServerOptions kestrel, ConnectionCeiling ceiling)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxHttpBodyBytes;
        foreach (Endpoint endpoint in Endpoints)
        {
            kestrel.Listen(endpoint.Address, listen =>
            {
                if (endpoint.Handle is { } handle)
                {
                    // Not HTTP: the handler is the whole pipeline of the connection.
                    listen.Protocols = HttpProtocols.None;
                    ((IConnectionBuilder)listen).Use(_ => connection => ceiling.RunAsync(handle, connection));
                }
                else
                {
                    Serve(listen, endpoint.Site!, ceiling, endpoint.Before);
                }

                _applied.Add((endpoint, listen));
            });
        }
    }

    /// <summary>Adds the control socket, a file; it is no endpoint of the configuration.</summary>
    public static void Apply(KestrelServerOptions kestrel, ConnectionCeiling ceiling, string socketPath, HttpSite site) =>
        kestrel.ListenUnixSocket(socketPath, listen => Serve(listen, site, ceiling, static next => next));

    /// <summary>The service at an address, for messages.</summary>
    public string ServiceAt(IPEndPoint address) => Endpoints.FirstOrDefault(endpoint => endpoint.Address.Equals(address))?.Service ?? "";

    /// <summary>What is open, once Kestrel has started.</summary>
    public IReadOnlyList<OpenEndpoint> Open() =>
        [.. _applied.Select(applied => new OpenEndpoint(applied.Endpoint.Service, applied.Endpoint.Listener, applied.Options.IPEndPoint!))];

    // HTTP without TLS; the connection says to each of its requests which site it came to.
    private static void Serve(ListenOptions listen, HttpSite site, ConnectionCeiling ceiling, Func<ConnectionDelegate, ConnectionDelegate> before)
    {
        listen.Protocols = HttpProtocols.Http1;
        ((IConnectionBuilder)listen).Use(next =>
        {
            ConnectionDelegate first = before(next);
            return connection =>
            {
                connection.Features.Set(site);
                return ceiling.RunAsync(first, connection);
            };
        });
    }
}
