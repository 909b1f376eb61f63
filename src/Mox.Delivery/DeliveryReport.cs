using Mox.Addresses;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>What a sender outside is told about one message.</summary>
public sealed record DeliveryReport
{
    /// <summary>Who is told: the reverse-path.</summary>
    public required Address To { get; init; }

    /// <summary>RET and ENVID (RFC 3461 section 4); null when neither was given.</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>When the message came.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Its Message-ID; null without.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message, or its header.</summary>
    public required ReadOnlyMemory<byte> Original { get; init; }

    /// <summary>Whether <see cref="Original"/> is the whole message.</summary>
    public required bool IsWholeOriginal { get; init; }

    /// <summary>What became of whom; at least one, each path once.</summary>
    public required IReadOnlyList<ReportedRecipient> Recipients { get; init; }
}

/// <summary>What a sender is told about one recipient.</summary>
/// <param name="Request">The recipient, and what the sender said of it.</param>
/// <param name="Reply">The result: it is in the mailbox, or why not.</param>
public sealed record ReportedRecipient(RecipientRequest Request, SmtpReply Reply);
