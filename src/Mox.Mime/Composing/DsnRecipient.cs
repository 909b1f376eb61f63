namespace Mox.Mime;

/// <summary>What a delivery report says about one recipient (RFC 3464 section 2.3).</summary>
public sealed record DsnRecipient
{
    /// <summary>The recipient, <c>local@domain</c> in its Unicode form.</summary>
    public required string Address { get; init; }

    /// <summary>The same with the domain as A-labels.</summary>
    public required string AsciiAddress { get; init; }

    /// <summary>What became of the message.</summary>
    public required DsnAction Action { get; init; }

    /// <summary>The enhanced status, as in 5.1.1.</summary>
    public required string Status { get; init; }

    /// <summary>The recipient as the sender first had it, as <c>type;address</c>; null when it said nothing (RFC 3461 section 4.2).</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The server that said so; null when none did.</summary>
    public string? RemoteMta { get; init; }

    /// <summary>What the server said, or what went wrong.</summary>
    public string? Diagnostic { get; init; }

    /// <summary>Whether the diagnostic is an SMTP reply.</summary>
    public bool IsSmtpReply { get; init; }

    /// <summary>When it was tried last.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>For a delay: how long it will be tried.</summary>
    public DateTimeOffset? WillRetryUntil { get; init; }
}

/// <summary>What became of a message for a recipient (RFC 3464 section 2.3.3).</summary>
public enum DsnAction
{
    /// <summary>It could not be delivered.</summary>
    Failed,

    /// <summary>It could not be delivered yet.</summary>
    Delayed,

    /// <summary>It is in the mailbox.</summary>
    Delivered,

    /// <summary>A server has it that does not notify of success.</summary>
    Relayed,
}
