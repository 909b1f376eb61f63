using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mox.Host.Serving;

/// <summary>A place where a service is offered, and what handles its connections.</summary>
/// <param name="Service">For people: SMTP, IMAP, IMAPS.</param>
/// <param name="Listener">The name of the listener in the configuration.</param>
/// <param name="Address">Where; port 0 lets the system choose.</param>
/// <param name="Handle">Runs one connection to its end.</param>
internal sealed record Endpoint(string Service, string Listener, IPEndPoint Address, ConnectionDelegate Handle);

/// <summary>A service that takes connections.</summary>
/// <param name="Service">For people: SMTP, IMAP, IMAPS.</param>
/// <param name="Listener">The name of the listener in the configuration.</param>
/// <param name="Address">Where, with the port that the system chose if it was asked to.</param>
public sealed record OpenEndpoint(string Service, string Listener, IPEndPoint Address);
