using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mox.Host.Serving;

/// <summary>Hands the endpoints to Kestrel, and knows afterwards where they are.</summary>
/// <remarks>HTTP comes in here later: an endpoint whose options say <c>UseHttps</c> instead of a handler of ours.</remarks>
internal sealed class EndpointPlan
{
    private readonly List<(Endpoint Endpoint, ListenOptions Options)> _applied = [];

    /// <summary>Known before Kestrel starts, but after its host is built.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; set; } = [];

    /// <summary>Configures Kestrel.</summary>
    public void Apply(KestrelServerOptions kestrel, ConnectionCeiling ceiling)
    {
        kestrel.AddServerHeader = false;
        foreach (Endpoint endpoint in Endpoints)
        {
            kestrel.Listen(endpoint.Address, listen =>
            {
                // Not HTTP: the handler is the whole pipeline of the connection.
                listen.Protocols = HttpProtocols.None;
                ((Microsoft.AspNetCore.Connections.IConnectionBuilder)listen).Use(_ => connection => ceiling.RunAsync(endpoint.Handle, connection));
                _applied.Add((endpoint, listen));
            });
        }
    }

    /// <summary>The service at an address, for messages.</summary>
    public string ServiceAt(IPEndPoint address) => Endpoints.FirstOrDefault(endpoint => endpoint.Address.Equals(address))?.Service ?? "";

    /// <summary>What is open, once Kestrel has started.</summary>
    public IReadOnlyList<OpenEndpoint> Open() =>
        [.. _applied.Select(applied => new OpenEndpoint(applied.Endpoint.Service, applied.Endpoint.Listener, applied.Options.IPEndPoint!))];
}
