namespace Mox.Store;

/// <summary>A message to be added to an account: spooled content and what goes into its row.</summary>
public sealed class NewMessage
{
    /// <summary>The content; may be added to several accounts, and is disposed of by who spooled it, after the adds.</summary>
    public required SpooledMessage Content { get; init; }

    /// <summary>Header lines, each with CRLF, that come before the content for this recipient (Return-Path, Received, ...).</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>System flags and well-known keywords.</summary>
    public MessageFlags Flags { get; init; }

    /// <summary>Other keywords.</summary>
    public KeywordSet Keywords { get; init; } = KeywordSet.Empty;

    /// <summary>INTERNALDATE; null means now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>SMTP sender, "" for the null path, null when not by SMTP.</summary>
    public string? MailFrom { get; init; }

    /// <summary>SMTP recipient.</summary>
    public string? RcptTo { get; init; }

    /// <summary>Address of the sending host.</summary>
    public string? RemoteIp { get; init; }

    /// <summary>EHLO or HELO argument.</summary>
    public string? EhloDomain { get; init; }

    /// <summary>TLS protocol, null without TLS.</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>TLS cipher suite.</summary>
    public string? TlsCipherSuite { get; init; }

    /// <summary>What was found out about its sender; null when nothing was looked for.</summary>
    public SenderEvidence? Evidence { get; init; }
}
