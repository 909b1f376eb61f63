namespace Mox.Smtp.Client;

/// <summary>What became of one message.</summary>
public sealed record SmtpSendResult
{
    /// <summary>Why nobody has it, when that is one reason for all; else null. Recipients that were refused one by one are no such reason.</summary>
    public SmtpFailure? Failure { get; internal init; }

    /// <summary>For each recipient in the order given: null when the server has taken the message for it, else why not. Always complete.</summary>
    public required IReadOnlyList<SmtpFailure?> Recipients { get; init; }

    /// <summary>What the server said when it took the message, with the name it gave it; null when it did not.</summary>
    public SmtpReply? Accepted { get; internal init; }
}
