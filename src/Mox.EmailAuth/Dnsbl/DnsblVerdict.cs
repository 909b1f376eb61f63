using Mox.Addresses;

namespace Mox.EmailAuth.Dnsbl;

/// <summary>What a block list says of an address.</summary>
/// <param name="Zone">The list.</param>
/// <param name="Status">Whether the address is on it.</param>
/// <param name="Explanation">The list's words on a listing, or why it could not be asked; written by strangers.</param>
public sealed record DnsblVerdict(Domain Zone, DnsblStatus Status, string Explanation);
