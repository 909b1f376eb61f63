namespace Mox.Dns;

/// <summary>How a question ended.</summary>
public enum DnsStatus
{
    /// <summary>There are records.</summary>
    Ok,

    /// <summary>The name exists, but has no records of this type (RFC 2308 section 2.2).</summary>
    NoData,

    /// <summary>The name does not exist, nor anything below it.</summary>
    NxDomain,

    /// <summary>The server could not find out, or found the data forged (DNSSEC): the extended error may say which.</summary>
    ServFail,

    /// <summary>The server does not want to answer us.</summary>
    Refused,

    /// <summary>No server answered in time.</summary>
    Timeout,

    /// <summary>What came is no answer that could be understood.</summary>
    Malformed,

    /// <summary>No server could be reached.</summary>
    NetworkError,
}
