namespace Mox.Smtp;

/// <summary>What MAIL FROM said about delivery status notifications (RFC 3461 sections 4.3 and 4.4).</summary>
/// <param name="Return">How much of the message a notification of failure brings back; null when RET was not given.</param>
/// <param name="EnvelopeId">The sender's name for the transaction, decoded: printable ASCII with spaces, at most 100 characters; null when ENVID was not given.</param>
public sealed record DsnRequest(DsnReturn? Return, string? EnvelopeId);

/// <summary>RET of MAIL FROM (RFC 3461 section 4.3).</summary>
public enum DsnReturn
{
    /// <summary>The whole message.</summary>
    Full,

    /// <summary>Only its header.</summary>
    Headers,
}
