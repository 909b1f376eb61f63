using System.Net;
using Mox.Addresses;

namespace Mox.EmailAuth.Spf;

/// <summary>What a check is about: who is at the other end, and what it says of itself.</summary>
public sealed record SpfSender
{
    /// <summary>The address of the client; an IPv4-mapped IPv6 address counts as IPv4.</summary>
    public required IPAddress ClientIp { get; init; }

    /// <summary>What came after HELO or EHLO, whatever it is.</summary>
    public required string Helo { get; init; }

    /// <summary>The reverse-path; <c>default</c> for the empty one.</summary>
    public Address MailFrom { get; init; }

    /// <summary>The name of this host, for the <c>r</c> macro and Received-SPF.</summary>
    public required Domain Receiver { get; init; }
}
