using System.Net;

namespace Mox.Dns.Upstream;

/// <summary>A recursive server to ask.</summary>
/// <param name="EndPoint">Where it is.</param>
/// <param name="IsTrusted">Whether its AD bit is believed: the way to it must be as safe as the server itself.</param>
internal sealed record DnsServer(IPEndPoint EndPoint, bool IsTrusted)
{
    public override string ToString() => EndPoint.ToString();
}
