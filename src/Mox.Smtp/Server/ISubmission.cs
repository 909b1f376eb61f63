namespace Mox.Smtp.Server;

/// <summary>The seam between the protocol and what sends the mail of our users. Implemented in Mox.Queue.</summary>
/// <remarks>
/// The protocol has seen to it that the user has logged in, and to sizes and counts. All else is asked here: whether the reverse-path and the
/// From field are the account's own, whether a null reverse-path goes with a report (by the content type, at the end), the outgoing limits.
/// </remarks>
public interface ISubmission
{
    /// <summary>MAIL FROM. Refuses by <see cref="SmtpReplyException"/>. The session disposes what it gets, queued or not.</summary>
    ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, SubmissionLogin login, Envelope envelope, CancellationToken ct);
}

/// <summary>Who has logged in on a submission connection.</summary>
/// <param name="Account">The account.</param>
/// <param name="LoginAddress">The address that was used, in canonical form.</param>
public sealed record SubmissionLogin(string Account, string LoginAddress);
