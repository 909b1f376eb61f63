using Mox.Store;

namespace Mox.Queue;

/// <summary>A message cannot be signed, by no fault of who sends it; nothing of it was queued.</summary>
public sealed class SigningException(string message, Exception inner) : StoreException(message, inner);
