using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mox.Host.Serving;

/// <summary>A place where a service is offered, and what handles its connections: a handler of ours, or the routes of a site.</summary>
/// <param name="Service">For people: SMTP, IMAP, IMAPS.</param>
/// <param name="Listener">The name of the listener in the configuration.</param>
/// <param name="Address">Where; port 0 lets the system choose.</param>
/// <param name="Handle">Runs one connection to its end; null for HTTP.</param>
internal sealed record Endpoint(string Service, string Listener, IPEndPoint Address, ConnectionDelegate? Handle)
{
    /// <summary>What HTTP finds here; null when <see cref="Handle"/> is set.</summary>
    public HttpSite? Site { get; init; }

    /// <summary>What stands before the site.</summary>
    public Func<ConnectionDelegate, ConnectionDelegate> Before { get; init; } = static next => next;
}

/// <summary>A service that takes connections.</summary>
/// <param name="Service">For people: SMTP, IMAP, IMAPS.</param>
/// <param name="Listener">The name of the listener in the configuration.</param>
/// <param name="Address">Where, with the port that the system chose if it was asked to.</param>
public sealed record OpenEndpoint(string Service, string Listener, IPEndPoint Address);
