namespace Mox.Store;

/// <summary>What a COPY or MOVE did: pairs of source and destination UIDs, in ascending order, for COPYUID (RFC 4315 section 3).</summary>
/// <param name="UidValidity">Of the destination.</param>
/// <param name="Source">UIDs in the source that were there.</param>
/// <param name="Destination">UIDs in the destination, at the same index.</param>
/// <param name="ModSeq">Of the operation.</param>
public sealed record CopyResult(
    UidValidity UidValidity, IReadOnlyList<Uid> Source, IReadOnlyList<Uid> Destination, ModSeq ModSeq);
