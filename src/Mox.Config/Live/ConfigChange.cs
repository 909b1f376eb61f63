namespace Mox.Config;

/// <summary>A new snapshot in place of another.</summary>
/// <param name="Before">What ran until now.</param>
/// <param name="After">What runs now.</param>
public sealed record ConfigChange(MoxConfig Before, MoxConfig After)
{
    /// <summary>Names of accounts that are new.</summary>
    public IEnumerable<string> AddedAccounts => After.Accounts.Keys.Except(Before.Accounts.Keys).Order(StringComparer.Ordinal);

    /// <summary>Names of accounts that are gone.</summary>
    public IEnumerable<string> RemovedAccounts => Before.Accounts.Keys.Except(After.Accounts.Keys).Order(StringComparer.Ordinal);
}
