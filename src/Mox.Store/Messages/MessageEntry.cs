namespace Mox.Store;

/// <summary>What a mailbox keeps of one message: identity and state, without its content.</summary>
/// <param name="Uid">UID in this mailbox.</param>
/// <param name="MessageId">Its content.</param>
/// <param name="Flags">System flags and well-known keywords.</param>
/// <param name="Keywords">Other keywords.</param>
/// <param name="ModSeq">Of the last change of this message.</param>
/// <param name="SizeBytes">RFC822.SIZE: header prefix and file.</param>
/// <param name="ReceivedAtSeconds">INTERNALDATE in Unix seconds.</param>
/// <param name="SavedAtSeconds">SAVEDATE in Unix seconds: when it came into this mailbox (RFC 8514).</param>
public readonly record struct MessageEntry(
    Uid Uid,
    MessageId MessageId,
    MessageFlags Flags,
    KeywordSet Keywords,
    ModSeq ModSeq,
    long SizeBytes,
    long ReceivedAtSeconds,
    long SavedAtSeconds)
{
    /// <summary>INTERNALDATE.</summary>
    public DateTimeOffset ReceivedAt => DateTimeOffset.FromUnixTimeSeconds(ReceivedAtSeconds);

    /// <summary>SAVEDATE.</summary>
    public DateTimeOffset SavedAt => DateTimeOffset.FromUnixTimeSeconds(SavedAtSeconds);
}
