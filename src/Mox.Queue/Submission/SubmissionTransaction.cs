using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Queue;

/// <summary>One message that comes by submission.</summary>
internal sealed class SubmissionTransaction(
    Submitter submitter, SpooledMessageWriter spool, SmtpPeer peer, SubmissionLogin login, Envelope envelope) : IMailTransaction
{
    private static readonly SmtpReply Accepted = new(250, 2, 1, 5, "recipient ok");

    private readonly List<RecipientRequest> _recipients = [];
    private SpooledMessage? _content;

    public ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest recipient, CancellationToken ct)
    {
        _recipients.Add(recipient);
        return new ValueTask<SmtpReply>(Accepted);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            spool.Write(bytes);
        }
        catch (StoreFullException)
        {
            throw new SmtpReplyException(Refusals.Full);
        }
    }

    public async ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
    {
        _content = spool.Finish();
        SubmitResult result = await submitter.SubmitAsync(
            new OutgoingMail
            {
                Account = login.Account,
                From = envelope.From,
                Content = _content,
                Recipients = _recipients,
                Received = ReceivedHeader.Build(peer, content, _recipients.Count == 1 ? _recipients[0].Path : null),
                Dsn = envelope.Dsn,
                ReleaseAt = envelope.Release,
            },
            // The content is complete: the client may be gone, and still read the answer.
            CancellationToken.None);
        return new InboundResult(result.Reply, [.. _recipients.Select(r => new RecipientResult(r.Path, result.Reply))]) { IsHeldAgainstClient = false };
    }

    public ValueTask DisposeAsync()
    {
        _content?.Dispose();
        spool.Dispose();
        return ValueTask.CompletedTask;
    }
}
