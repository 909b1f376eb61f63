using System.Net;

namespace Mox.Net.Proxy;

/// <summary>What a proxy says about a connection that it hands on.</summary>
/// <param name="Length">How many bytes the header took.</param>
/// <param name="Source">The client; null: the proxy speaks for itself or does not know, so the connection's own ends are the true ones.</param>
/// <param name="Destination">Where the client connected to; null together with <paramref name="Source"/>.</param>
internal readonly record struct ProxyHeader(int Length, IPEndPoint? Source, IPEndPoint? Destination);
