namespace Mox.Store;

/// <summary>Keeps an account open; dispose it when the session or delivery is done.</summary>
public sealed class AccountLease : IDisposable
{
    private readonly AccountStore _store;
    private int _disposed;

    internal AccountLease(AccountStore store, Account account)
    {
        _store = store;
        Account = account;
    }

    /// <summary>The account.</summary>
    public Account Account { get; }

    /// <summary>Lets the account go; it closes some time after its last lease.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _store.Release(Account);
        }
    }
}
