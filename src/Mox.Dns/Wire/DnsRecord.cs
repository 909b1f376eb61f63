namespace Mox.Dns.Wire;

/// <summary>A record of a message; its data is there from <paramref name="Start"/> on.</summary>
internal readonly record struct DnsRecord(DnsName Name, int Type, uint TtlSeconds, int Start, int Length);
