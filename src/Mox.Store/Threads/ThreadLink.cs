namespace Mox.Store;

/// <summary>The place of a message in its conversation.</summary>
/// <param name="ThreadId">The conversation.</param>
/// <param name="ParentId">The content above it.</param>
/// <param name="IsLinkMissing">Whether messages between the two are not here, or the link is a guess.</param>
internal readonly record struct ThreadLink(long ThreadId, long? ParentId, bool IsLinkMissing);
