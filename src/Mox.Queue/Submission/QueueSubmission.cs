using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Takes the mail of users who have logged in by SMTP, and queues it.</summary>
public sealed class QueueSubmission(Submitter submitter, AccountStore accounts) : ISubmission
{
    /// <inheritdoc/>
    public ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, SubmissionLogin login, Envelope envelope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (submitter.CheckReversePath(login.Account, envelope.From) is { } refusal)
        {
            throw new SmtpReplyException(refusal);
        }

        return new ValueTask<IMailTransaction>(new SubmissionTransaction(submitter, accounts.CreateSpool(), peer, login, envelope));
    }
}
