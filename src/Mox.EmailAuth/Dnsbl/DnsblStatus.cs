namespace Mox.EmailAuth.Dnsbl;

/// <summary>Whether a block list names an address.</summary>
public enum DnsblStatus
{
    /// <summary>It does not.</summary>
    NotListed,

    /// <summary>It does.</summary>
    Listed,

    /// <summary>It could not be asked, or the list is not working.</summary>
    TempError,
}
