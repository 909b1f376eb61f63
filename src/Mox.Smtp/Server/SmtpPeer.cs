using System.Net;
using Mox.Net.Tls;

namespace Mox.Smtp.Server;

/// <summary>Who is talking to us, as far as the connection knows: facts for policy, for the Received field and for the stored row.</summary>
public sealed record SmtpPeer
{
    /// <summary>The connection id, as in the log.</summary>
    public required string Cid { get; init; }

    /// <summary>The connection id enciphered for the outside: in Received and at the end of error texts.</summary>
    public required string ReceivedId { get; init; }

    /// <summary>The client's address.</summary>
    public required IPAddress RemoteIp { get; init; }

    /// <summary>The address that the client reached.</summary>
    public required IPAddress LocalIp { get; init; }

    /// <summary>Our name on this listener.</summary>
    public required string Hostname { get; init; }

    /// <summary>What the client said in HELO or EHLO.</summary>
    public required SmtpHost Hello { get; init; }

    /// <summary>EHLO was used, so extensions are on.</summary>
    public required bool IsExtended { get; init; }

    /// <summary>The TLS session, or null in clear text.</summary>
    public TlsSessionInfo? Tls { get; init; }

    /// <summary>The client's own name, where looking it up leads there and back (RFC 8601 section 3); null when it does not, or is not known.</summary>
    public string? Name { get; init; }

    /// <summary>It is this server's own queue: who sent the message was checked when it was submitted.</summary>
    public bool IsOwnQueue { get; init; }

    /// <summary>The client has logged in to submit mail: its address and name are its user's own affair, and Received hides them.</summary>
    public bool IsAuthenticated { get; init; }
}
