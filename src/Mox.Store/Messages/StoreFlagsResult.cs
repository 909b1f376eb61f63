namespace Mox.Store;

/// <summary>What a change of flags did.</summary>
/// <param name="ModSeq">Of the operation; of the mailbox when nothing changed.</param>
/// <param name="Changed">UIDs whose flags are different now.</param>
/// <param name="Modified">UIDs left alone because they changed after UNCHANGEDSINCE (RFC 7162 section 3.1.3).</param>
/// <param name="Missing">UIDs that are no longer there.</param>
public sealed record StoreFlagsResult(
    ModSeq ModSeq, IReadOnlyList<Uid> Changed, IReadOnlyList<Uid> Modified, IReadOnlyList<Uid> Missing);
