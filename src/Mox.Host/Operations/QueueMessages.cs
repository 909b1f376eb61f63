using Mox.Queue;

namespace Mox.Host.Operations;

/// <summary>Names queued messages.</summary>
internal sealed record QueueRequest(QueueFilter Filter);

/// <summary>Asks for a page of the queue.</summary>
internal sealed record QueueListRequest(QueueFilter Filter, QueueSortKey Sort, bool IsDescending, string? After, int Count);

/// <summary>A page of the queue; <see cref="Next"/> asks for the one behind it, and is null in the last.</summary>
internal sealed record QueueLines(IReadOnlyList<QueueLine> Messages, string? Next);

/// <summary>A message on its way to one recipient.</summary>
internal sealed record QueueLine
{
    public required long Id { get; init; }

    public required long MessageId { get; init; }

    public required string Account { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required QueueState State { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? ReleaseAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    public string? LastResult { get; init; }

    public string? RemoteMta { get; init; }

    public required string Transport { get; init; }

    public required long SizeBytes { get; init; }

    public string? MessageIdHeader { get; init; }

    public required string Subject { get; init; }

    public static QueueLine Of(QueuedMessage message) => new()
    {
        Id = message.Id,
        MessageId = message.MessageId,
        Account = message.Account,
        From = message.From,
        To = message.To,
        State = message.State,
        SubmittedAt = message.SubmittedAt,
        ReleaseAt = message.ReleaseAt,
        NextAttemptAt = message.NextAttemptAt,
        ExpiresAt = message.ExpiresAt,
        Attempts = message.Attempts,
        LastAttemptAt = message.LastAttemptAt,
        LastResult = message.LastOutcome?.ToString(),
        RemoteMta = message.LastOutcome?.RemoteMta,
        Transport = message.Transport,
        SizeBytes = message.SizeBytes,
        MessageIdHeader = message.MessageIdHeader,
        Subject = message.Subject,
    };
}

/// <summary>Another time for the next attempt: an instant, or so much later.</summary>
internal sealed record QueueScheduling(QueueFilter Filter, DateTimeOffset? At, TimeSpan? Later);

/// <summary>How many messages were changed.</summary>
internal sealed record QueueChanged(int Messages);

/// <summary>A piece of a message: bytes from an offset, and whether these are the last.</summary>
internal sealed record QueueContentPiece(byte[] Bytes, bool IsLast);

/// <summary>Asks for a piece of a message.</summary>
internal sealed record QueueContentAt(long Id, long Offset);

/// <summary>A hold rule: what is set must fit.</summary>
internal sealed record HoldRuleLine(long Id, string? Account, string? SenderDomain, string? RecipientDomain);

/// <summary>Names a hold rule.</summary>
internal sealed record HoldRuleRequest(long Id);
