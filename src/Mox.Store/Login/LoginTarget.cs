namespace Mox.Store;

/// <summary>What a login address leads to.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="Address">The address in canonical form.</param>
/// <param name="IsDisabled">Whether logins to this account are refused for now.</param>
/// <param name="DisabledText">What the user is then told; null for a text of the protocol's.</param>
public sealed record LoginTarget(string Account, string Address, bool IsDisabled, string? DisabledText = null);
