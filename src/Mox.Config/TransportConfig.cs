namespace Mox.Config;

/// <summary>A way for mail to leave. <c>Mox:Transports:NAME</c>. Exactly one kind is there.</summary>
public sealed record TransportConfig
{
    /// <summary>The key in the file; routes, the queue and logs name it.</summary>
    public required string Name { get; init; }

    /// <summary>Another server that takes everything and sends it on. <c>Smarthost</c>.</summary>
    public SmarthostConfig? Smarthost { get; init; }
}

/// <summary>A server that takes our mail by SMTP and sends it on, with a login or without. <c>Smarthost</c> of a transport.</summary>
public sealed record SmarthostConfig
{
    /// <summary>Its name, or an IP address. <c>Host</c>.</summary>
    public required string Host { get; init; }

    /// <summary>Default 587, with implicit TLS 465. <c>Port</c>.</summary>
    public int Port { get; init; } = 587;

    /// <summary>How the connection is protected. Default Required. <c>Tls</c>.</summary>
    public SmarthostTls Tls { get; init; } = SmarthostTls.Required;

    /// <summary>Whether the certificate must be valid for <see cref="Host"/>. Default true; Opportunistic never asks. <c>VerifyCertificate</c>.</summary>
    public bool VerifyCertificate { get; init; } = true;

    /// <summary>The name to log in with, or null for no login. <c>Username</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Absolute path of the file with the password (mode 0600, <see cref="SecretFile"/>); there when <see cref="Username"/> is. <c>PasswordFile</c>.</summary>
    public string? PasswordFile { get; init; }
}

/// <summary>TLS to a smarthost.</summary>
public enum SmarthostTls
{
    /// <summary>STARTTLS when it is offered, in the clear when not; nothing is verified. No login.</summary>
    Opportunistic,

    /// <summary>STARTTLS, or nothing is sent.</summary>
    Required,

    /// <summary>TLS from the first byte (RFC 8314 section 3.3).</summary>
    Implicit,
}
