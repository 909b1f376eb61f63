namespace Mox.Store;

/// <summary>What a login address leads to.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="Address">The address in canonical form.</param>
/// <param name="IsDisabled">Whether logins to this account are refused for now.</param>
public sealed record LoginTarget(string Account, string Address, bool IsDisabled);
