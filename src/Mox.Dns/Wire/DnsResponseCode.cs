namespace Mox.Dns.Wire;

/// <summary>RCODE, with its extension (RFC 1035 section 4.1.1, RFC 6891 section 6.1.3).</summary>
internal enum DnsResponseCode
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
    BadVers = 16,
}
