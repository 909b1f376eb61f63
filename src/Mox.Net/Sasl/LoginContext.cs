using System.Net;
using Mox.Net.Tls;

namespace Mox.Net.Sasl;

/// <summary>Who tries to log in, from where and over what: for limits, for the record, and for what may be offered.</summary>
/// <remarks>One for all attempts of a connection: the delay of a failed one grows with those before it.</remarks>
public sealed class LoginContext
{
    /// <summary>The service: <c>imap</c>, <c>submission</c>, <c>webmail</c>, ...</summary>
    public required string Protocol { get; init; }

    /// <summary>The client's address.</summary>
    public required IPAddress RemoteIp { get; init; }

    /// <summary>Our address that was connected to.</summary>
    public IPAddress? LocalIp { get; init; }

    /// <summary>The connection's TLS; null in the clear.</summary>
    public TlsSessionInfo? Tls { get; init; }

    /// <summary>The listener takes passwords in the clear: PLAIN and LOGIN may be used without TLS. Default false.</summary>
    public bool AllowsPlaintext { get; init; }

    /// <summary>
    /// What the client says it is (IMAP ID, the web's User-Agent, the name in EHLO); untrusted. What it says within a second after an attempt still goes
    /// into the record of that.
    /// </summary>
    public string? UserAgent { get; set; }

    /// <summary>The connection id, as logged.</summary>
    public required string Cid { get; init; }
}
