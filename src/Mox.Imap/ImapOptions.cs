using System.Security.Authentication;
using Mox.Net;

namespace Mox.Imap;

/// <summary>How one IMAP listener behaves. Immutable while it runs.</summary>
public sealed class ImapOptions
{
    /// <summary>TLS begins with the connection (port 993), not by STARTTLS. Default false.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>
    /// Passwords may be sent in the clear: LOGIN and AUTH=PLAIN are offered without TLS. Default false: LOGINDISABLED
    /// until TLS is on (RFC 3501 section 6.2.3).
    /// </summary>
    public bool AllowPlaintextAuthentication { get; init; }

    /// <summary>Largest message in bytes that APPEND takes, as APPENDLIMIT announces it (RFC 7889 section 2). Default 104857600; over it NO [TOOBIG].</summary>
    public long MaxMessageBytes { get; init; } = 104_857_600;

    /// <summary>Longest wait for a command before login. Default 30 s; then BYE.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a whole command, or for DONE, after login. Default 30 min, the least that is allowed (RFC 3501 section 5.4); then BYE.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest wait for each part of a message that APPEND sends, and for the end of its command. Default 1 min; then BYE.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for the client to take what is written. Default 5 min; then the connection is cut.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The oldest TLS taken: 1.2 (default) or 1.3.</summary>
    public SslProtocols MinimumTls { get; init; } = SslProtocols.Tls12;

    /// <summary>Longest TLS handshake. Default 1 min.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most commands that are unknown, malformed or in the wrong state. Default 50; then BYE. Slow mode begins at a tenth of it.</summary>
    public int MaxBadCommands { get; init; } = 50;

    /// <summary>Most failed logins a connection. Default 10; then BYE.</summary>
    public int MaxFailedLogins { get; init; } = 10;

    /// <summary>Connection limits, slow mode and waits before bad answers are on. Default true; <c>--no-limits</c> turns it off.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>How much of the protocol the log shows at level Trace; asked for each piece. Default: commands and replies without credentials and bulk.</summary>
    public Func<TraceLevel> Trace { get; init; } = static () => TraceLevel.Trace;
}
