using Mox.Smtp;

namespace Mox.Queue;

/// <summary>What an attempt came to, for each recipient in the order of the job.</summary>
public sealed record TransportResult(IReadOnlyList<RecipientOutcome> Recipients)
{
    /// <summary>The same for all.</summary>
    public static TransportResult All(TransportJob job, RecipientOutcome outcome) => new([.. job.Recipients.Select(_ => outcome)]);
}

/// <summary>What an attempt came to for one recipient.</summary>
public sealed record RecipientOutcome
{
    /// <summary>Delivered, handed on, or failed.</summary>
    public required OutcomeKind Kind { get; init; }

    /// <summary>The reply's code; 0 when there was no reply (network, timeouts, our own decision).</summary>
    public int Code { get; init; }

    /// <summary>The enhanced status, when there was one.</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>The reply's text, or what went wrong: one line for people.</summary>
    public string Text { get; init; } = "";

    /// <summary>Name of the server that replied; null when none did.</summary>
    public string? RemoteMta { get; init; }

    /// <summary>Whether the recipient needs no more attempts.</summary>
    public bool IsSuccess => Kind is OutcomeKind.Delivered or OutcomeKind.Relayed or OutcomeKind.HandedOn;

    /// <summary>A failure of our own making, without a server's reply.</summary>
    public static RecipientOutcome Failed(bool isPermanent, EnhancedStatus status, string text) =>
        new() { Kind = isPermanent ? OutcomeKind.Permanent : OutcomeKind.Temporary, Status = status, Text = text };

    /// <summary>What a server's reply means for one recipient.</summary>
    /// <param name="reply">Its reply.</param>
    /// <param name="success">What a positive one comes to.</param>
    /// <param name="remoteMta">Who replied.</param>
    public static RecipientOutcome Of(SmtpReply reply, OutcomeKind success, string? remoteMta) => new()
    {
        Kind = reply.IsPositive ? success : reply.IsPermanent ? OutcomeKind.Permanent : OutcomeKind.Temporary,
        Code = reply.Code,
        Status = reply.Status,
        Text = reply.Text,
        RemoteMta = remoteMta,
    };

    /// <summary>One line: code, status, text.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Code == 0 ? "" : Code.ToString(System.Globalization.CultureInfo.InvariantCulture), Status?.ToString() ?? "", Text }.Where(part => part.Length > 0));
}

/// <summary>The kinds of outcome.</summary>
public enum OutcomeKind
{
    /// <summary>It is in the recipient's mailbox.</summary>
    Delivered = 1,

    /// <summary>The next server has it, and will not notify of success (RFC 3461 section 6.2.2): we do, where that was asked for.</summary>
    Relayed = 2,

    /// <summary>The next server has it together with the sender's wishes for notification (RFC 3461 section 6.2.1).</summary>
    HandedOn = 3,

    /// <summary>It may succeed later.</summary>
    Temporary = 4,

    /// <summary>It never will.</summary>
    Permanent = 5,
}
