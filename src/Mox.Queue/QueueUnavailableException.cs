using Mox.Store;

namespace Mox.Queue;

/// <summary>The queue's database is locked, corrupt, or failed in a write: temporary for who submits (451); it recovers by itself.</summary>
public sealed class QueueUnavailableException(Exception? innerException = null)
    : StoreException("The queue is not available.", innerException);
