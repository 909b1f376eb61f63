using Mox.Smtp;

namespace Mox.Queue;

/// <summary>A message on its way to one recipient, as lists show it.</summary>
public sealed record QueuedMessage
{
    /// <summary>Names it in operations; never reused.</summary>
    public required long Id { get; init; }

    /// <summary>The message, which other recipients may share: the number told at submission, and the name of the file.</summary>
    public required long MessageId { get; init; }

    /// <summary>Whose message it is.</summary>
    public required string Account { get; init; }

    /// <summary>The reverse-path without angle brackets; empty for the null path.</summary>
    public required string From { get; init; }

    /// <summary>The recipient.</summary>
    public required string To { get; init; }

    /// <summary>What became of it so far.</summary>
    public required QueueState State { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>It must not leave before (RFC 4865); null without such a wish.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the last attempt began.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When it is tried next; null while it is held.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>After that it bounces.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Bytes, with the prefix.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The transport of the last attempt; empty before the first.</summary>
    public required string Transport { get; init; }

    /// <summary>What the last attempt ended with, or null.</summary>
    public RecipientOutcome? LastOutcome { get; init; }

    /// <summary>The Message-ID field.</summary>
    public string? MessageIdHeader { get; init; }

    /// <summary>The subject, decoded.</summary>
    public required string Subject { get; init; }

    /// <summary>When the sender wants to be notified; null when nothing was said.</summary>
    public DsnNotify? Notify { get; init; }
}

/// <summary>Where a queued message is.</summary>
public enum QueueState
{
    /// <summary>Waits for its next attempt.</summary>
    Queued = 0,

    /// <summary>Done, for good or bad, and its sender is being told.</summary>
    Reporting = 1,

    /// <summary>An attempt is running.</summary>
    Delivering = 2,

    /// <summary>Held by an operator or a rule: not tried until it is released.</summary>
    Held = 3,
}
