namespace Mox.Imap;

/// <summary>The connection is over: the peer has gone, or waited too long. Nothing more can be said to it.</summary>
internal sealed class ImapConnectionGoneException(ImapEndReason reason, Exception? inner = null)
    : Exception("The connection is over.", inner)
{
    public ImapEndReason Reason { get; } = reason;
}
