namespace Mox.Queue;

/// <summary>Row of QueueState: the last ids.</summary>
internal sealed class QueueStateRow
{
    public long Id { get; set; }

    public long LastMessageId { get; set; }

    public long LastRecipientId { get; set; }
}

/// <summary>Row of Messages.</summary>
internal sealed class MessageRow
{
    public long Id { get; set; }

    public required string Account { get; set; }

    public required string MailFrom { get; set; }

    public required string SenderDomain { get; set; }

    public long SubmittedAt { get; set; }

    public long? ReleaseAt { get; set; }

    public long FileBytes { get; set; }

    public long HeaderBytes { get; set; }

    public required byte[] Prefix { get; set; }

    public long Body { get; set; }

    public bool NeedsSmtpUtf8 { get; set; }

    public long ReceivedCount { get; set; }

    public long? DsnReturn { get; set; }

    public string? EnvelopeId { get; set; }

    public string? MessageIdHeader { get; set; }

    public required string Subject { get; set; }

    public string? TraceParent { get; set; }
}

/// <summary>Row of Recipients.</summary>
internal sealed class RecipientRow
{
    public long Id { get; set; }

    public long MessageId { get; set; }

    public required string LocalPart { get; set; }

    public required string Domain { get; set; }

    public long? Notify { get; set; }

    public string? OriginalType { get; set; }

    public string? OriginalAddress { get; set; }

    public long State { get; set; }

    public long? Lease { get; set; }

    public long Attempts { get; set; }

    public long NextAttemptAt { get; set; }

    public long ExpiresAt { get; set; }

    public long? NoticeAt { get; set; }

    public long? LastAttemptAt { get; set; }

    public required string Transport { get; set; }

    public long? Outcome { get; set; }

    public long? ReplyCode { get; set; }

    public string? ReplyStatus { get; set; }

    public string? ReplyText { get; set; }

    public string? RemoteMta { get; set; }
}

/// <summary>Row of HoldRules.</summary>
internal sealed class HoldRuleRow
{
    public long Id { get; set; }

    public string? Account { get; set; }

    public string? SenderDomain { get; set; }

    public string? RecipientDomain { get; set; }
}

/// <summary>Row of SentCounts.</summary>
internal sealed class SentCountRow
{
    public required string Account { get; set; }

    public long Minute { get; set; }

    public long Recipients { get; set; }

    public long FirstTime { get; set; }
}

/// <summary>Row of KnownRecipients.</summary>
internal sealed class KnownRecipientRow
{
    public required string Account { get; set; }

    public required string Address { get; set; }

    public long LastAt { get; set; }
}
