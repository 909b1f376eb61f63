namespace Mox.Store;

/// <summary>One write to an account.</summary>
internal abstract class WriteOperation : GroupOperation<WriteContext>;

/// <summary>A write to an account that somebody waits for.</summary>
internal abstract class WriteOperation<T> : GroupOperation<WriteContext, T>;
