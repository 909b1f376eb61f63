namespace Mox.Imap;

/// <summary>Why a connection ended; in the log and as a metric's tag.</summary>
internal enum ImapEndReason
{
    Logout,
    ClosedByPeer,
    Inactive,
    WriteTimeout,
    Shutdown,
    Revoked,
    NotImap,
    TooManyBadCommands,
    TooManyFailedLogins,
    TooManyConnections,
    TooMuchInput,
    TlsFailed,
    PlaintextAfterStartTls,
    BadCompression,
    Broken,
}
