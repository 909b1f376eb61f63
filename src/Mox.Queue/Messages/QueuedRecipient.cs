using Mox.Smtp;

namespace Mox.Queue;

/// <summary>A recipient's row, as attempts and reports need it.</summary>
internal sealed record QueuedRecipient
{
    public const string Columns =
        """
        Id, LocalPart, Domain, Notify, OriginalType, OriginalAddress, State, Attempts, NextAttemptAt, ExpiresAt, LastAttemptAt,
        Outcome, ReplyCode, ReplyStatus, ReplyText, RemoteMta
        """;

    public required long Id { get; init; }

    public required RecipientRequest Request { get; init; }

    public required string Domain { get; init; }

    public required QueueState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset NextAttemptAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset? LastAttemptAt { get; init; }

    public required RecipientOutcome? Outcome { get; init; }

    /// <summary>Whether its sender wants to hear of a failure; nothing said means yes (RFC 3461 section 4.1).</summary>
    public bool WantsFailure => Request.Notify is not { } notify || notify.HasFlag(DsnNotify.Failure);

    /// <summary>Whether its sender wants to hear of a delay; where nothing was said it is told, too.</summary>
    public bool WantsDelay => Request.Notify is not { } notify || notify.HasFlag(DsnNotify.Delay);

    /// <summary>Whether its sender wants to hear of success.</summary>
    public bool WantsSuccess => Request.Notify is { } notify && notify.HasFlag(DsnNotify.Success);

    /// <summary>Reads a row of <see cref="Columns"/> that begin at a column.</summary>
    public static QueuedRecipient Read(Store.Statement row, int at = 0)
    {
        string domain = row.Text(at + 2);
        return new QueuedRecipient
        {
            Id = row.Int64(at),
            Domain = domain,
            Request = new RecipientRequest(
                RecipientPath.Of(row.Text(at + 1), domain),
                (DsnNotify?)row.NullableInt64(at + 3),
                row.NullableText(at + 4) is { } type ? new OriginalRecipient(type, row.Text(at + 5)) : null),
            State = (QueueState)row.Int64(at + 6),
            Attempts = (int)row.Int64(at + 7),
            NextAttemptAt = UnixTime.From(row.Int64(at + 8)),
            ExpiresAt = UnixTime.From(row.Int64(at + 9)),
            LastAttemptAt = UnixTime.From(row.NullableInt64(at + 10)),
            Outcome = ReadOutcome(row, at + 11),
        };
    }

    /// <summary>Reads Outcome, ReplyCode, ReplyStatus, ReplyText and RemoteMta.</summary>
    public static RecipientOutcome? ReadOutcome(Store.Statement row, int at) => row.NullableInt64(at) is not { } kind ? null : new RecipientOutcome
    {
        Kind = (OutcomeKind)kind,
        Code = (int)(row.NullableInt64(at + 1) ?? 0),
        Status = row.NullableText(at + 2) is { } status && EnhancedStatus.TryParse(status, out EnhancedStatus parsed) ? parsed : null,
        Text = row.NullableText(at + 3) ?? "",
        RemoteMta = row.NullableText(at + 4),
    };
}
