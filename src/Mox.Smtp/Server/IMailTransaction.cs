namespace Mox.Smtp.Server;

/// <summary>
/// One mail transaction, of a message from outside or of one that a user submits. Calls come one at a time: recipients, content,
/// <see cref="DeliverAsync"/> at most once, dispose.
/// </summary>
/// <remarks>
/// Refusals are replies, by value or by <see cref="SmtpReplyException"/>; any other exception is our own fault: the session logs it once and answers 451 4.3.0.
/// The tokens fire when the client has closed its sending side: a wait may end then, a delivery must not, for the client may still read.
/// </remarks>
public interface IMailTransaction : IAsyncDisposable
{
    /// <summary>RCPT TO. A positive reply means that the recipient is part of the transaction.</summary>
    /// <remarks>In mail from outside an unknown local user may get 250 here, so that nobody can list users; the answer then comes after the content.</remarks>
    ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest recipient, CancellationToken ct);

    /// <summary>Takes the next bytes of the content; at least one recipient was accepted. The span is only valid during the call.</summary>
    /// <remarks>Lines end in CRLF and are free of dot stuffing after DATA; after BDAT the bytes are as sent.</remarks>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>The content is complete: makes it durable and delivers or queues it. The reply is final for every recipient.</summary>
    ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct);
}

/// <summary>What became of a transaction.</summary>
/// <param name="Reply">What is answered after the content.</param>
/// <param name="Recipients">The result of each recipient, for the log and for tests.</param>
public sealed record InboundResult(SmtpReply Reply, IReadOnlyList<RecipientResult> Recipients)
{
    /// <summary>To wait before answering, so that probing is slow. Zero where delays are switched off.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A refusal says something bad about the client, which is served slowly from then on. Default true.</summary>
    public bool IsHeldAgainstClient { get; init; } = true;
}

/// <summary>What became of one recipient.</summary>
public sealed record RecipientResult(ForwardPath Recipient, SmtpReply Reply);
