namespace Mox.Smtp.Server;

/// <summary>The connection cannot go on: made where the transport is read and written, caught once, at the end of the session.</summary>
/// <remarks>By this type a full disk below a command is told from a peer that is gone.</remarks>
internal sealed class SmtpEndException(SmtpEndReason reason, SmtpReply? goodbye, Exception? inner = null)
    : Exception(reason.ToString(), inner)
{
    /// <summary>Why.</summary>
    public SmtpEndReason Reason { get; } = reason;

    /// <summary>The last words, if the peer may still hear them.</summary>
    public SmtpReply? Goodbye { get; } = goodbye;
}
