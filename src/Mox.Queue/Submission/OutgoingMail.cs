using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>A message that a user sends, however it came: SMTP, webmail, API.</summary>
public sealed class OutgoingMail
{
    /// <summary>Who sends.</summary>
    public required string Account { get; init; }

    /// <summary>The reverse-path; null only for reports.</summary>
    public required ReversePath From { get; init; }

    /// <summary>The message; disposed of by who spooled it.</summary>
    public required SpooledMessage Content { get; init; }

    /// <summary>Who gets it; at least one.</summary>
    public required IReadOnlyList<RecipientRequest> Recipients { get; init; }

    /// <summary>A trace field of how it came, with its last CRLF; empty for none.</summary>
    public string Received { get; init; } = "";

    /// <summary>RET and ENVID (RFC 3461 section 4).</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>It must not leave before (RFC 4865); null for now.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }
}

/// <summary>What became of a message that a user sends.</summary>
/// <param name="Reply">As SMTP says it: 250, or why not.</param>
/// <param name="MessageId">Its number in the queue; null when it was refused.</param>
public sealed record SubmitResult(SmtpReply Reply, long? MessageId);
