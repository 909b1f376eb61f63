using Mox.Addresses;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>A message to be queued: spooled content, and what its delivery needs to know.</summary>
public sealed class NewQueuedMessage
{
    /// <summary>Whose message it is: gets its delivery reports.</summary>
    public required string Account { get; init; }

    /// <summary>Where other servers report failures; null for reports themselves.</summary>
    public required ReversePath From { get; init; }

    /// <summary>The domain that routes, hold rules and pauses go by: of the reverse-path, else of the From field.</summary>
    public required Domain SenderDomain { get; init; }

    /// <summary>The content; disposed of by who spooled it, after it was queued.</summary>
    public required SpooledMessage Content { get; init; }

    /// <summary>Header lines, each with CRLF, that come before the content (signatures, Received, what was missing).</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>Who gets it; at least one.</summary>
    public required IReadOnlyList<RecipientRequest> Recipients { get; init; }

    /// <summary>RET and ENVID (RFC 3461 section 4).</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>It must not leave before (RFC 4865); null for now.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>Whether it can only go to servers with SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsSmtpUtf8 { get; init; }

    /// <summary>Received fields of content and prefix.</summary>
    public int ReceivedCount { get; init; }

    /// <summary>Its Message-ID in angle brackets: also where the field is in the prefix.</summary>
    public string? MessageIdHeader { get; init; }

    /// <summary>Its decoded subject, for lists.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What the account may send; null does not count it.</summary>
    public SendingLimits? Limits { get; init; }
}
