namespace Mox.Store;

/// <summary>What an expunge did.</summary>
/// <param name="Uids">Removed UIDs, ascending.</param>
/// <param name="ModSeq">Of the operation; of the mailbox when nothing was removed.</param>
public sealed record ExpungeResult(IReadOnlyList<Uid> Uids, ModSeq ModSeq);
