using System.Text;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

/// <summary>Takes anybody's mail, as long as its sender is the user's own, and keeps what it got.</summary>
internal sealed class FakeSubmission : ISubmission
{
    public List<FakeSubmitted> Transactions { get; } = [];

    public List<FakeSubmitted> Submitted => Transactions.FindAll(t => t.Facts is not null);

    public SmtpReply Result { get; set; } = new(250, 2, 0, 0, "queued");

    public ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, SubmissionLogin login, Envelope envelope, CancellationToken ct)
    {
        if (envelope.From.Mailbox is { } from && from.ToString() != login.LoginAddress)
        {
            throw new SmtpReplyException(550, 5, 7, 1, "not your address");
        }
        var transaction = new FakeSubmitted { Peer = peer, Login = login, Envelope = envelope, Owner = this };
        lock (Transactions)
        {
            Transactions.Add(transaction);
        }
        return new(transaction);
    }
}

internal sealed class FakeSubmitted : IMailTransaction
{
    public required FakeSubmission Owner { get; init; }

    public required SmtpPeer Peer { get; init; }

    public required SubmissionLogin Login { get; init; }

    public required Envelope Envelope { get; init; }

    public List<RecipientRequest> Recipients { get; } = [];

    public MemoryStream Content { get; } = new();

    public ContentFacts? Facts { get; private set; }

    public int Disposed { get; private set; }

    public string Text => Encoding.UTF8.GetString(Content.ToArray());

    public ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest recipient, CancellationToken ct)
    {
        Recipients.Add(recipient);
        return new(new SmtpReply(250, 2, 1, 5, "ok"));
    }

    public void Write(ReadOnlySpan<byte> bytes) => Content.Write(bytes);

    public ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
    {
        Facts = content;
        return new(new InboundResult(Owner.Result, []));
    }

    public ValueTask DisposeAsync()
    {
        Disposed++;
        return ValueTask.CompletedTask;
    }
}
