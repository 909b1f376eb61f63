namespace Mox.Store;

/// <summary>How writing goes, all accounts together.</summary>
/// <param name="IsOpen">The store takes operations.</param>
/// <param name="LastWriteFailed">The newest group of writes, of whatever account, was not committed.</param>
/// <param name="FailingAccounts">Open accounts whose own newest group was not committed.</param>
public readonly record struct StoreHealth(bool IsOpen, bool LastWriteFailed, int FailingAccounts);
