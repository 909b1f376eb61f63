using System.Runtime.CompilerServices;

namespace Mox.Store;

/// <summary>Copies accounts and server.db into another data directory while mail comes and goes.</summary>
public sealed class StoreBackup(AccountStore store, string dataDirectory)
{
    /// <summary>
    /// Backs up server.db, then one account after the other; each is as it was at one moment, with all its message files. An account that
    /// cannot be backed up is told of, and the others go on.
    /// </summary>
    /// <exception cref="StoreException">server.db cannot be copied.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public async IAsyncEnumerable<AccountBackup> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string accounts = Path.Combine(dataDirectory, "accounts");
        await store.Services.FileThreads.RunAsync(() =>
        {
            Directory.CreateDirectory(accounts);
            DatabaseSnapshot.Copy(
                Path.Combine(store.Services.Options.DataDirectory, "server.db"), Path.Combine(dataDirectory, "server.db"), cancellationToken);
            Platform.FlushDirectory(dataDirectory);
            return true;
        });
        foreach (string name in store.Names())
        {
            if (await TryBackUpAsync(name, Path.Combine(accounts, name), cancellationToken) is { } done)
            {
                yield return done;
            }
        }

        Platform.FlushDirectory(accounts);
    }

    // Null when it was removed meanwhile.
    private async Task<AccountBackup?> TryBackUpAsync(string name, string destination, CancellationToken cancellationToken)
    {
        try
        {
            using AccountLease lease = await store.OpenAsync(name, cancellationToken);
            using IDisposable hold = await lease.Account.HoldContentsAsync(cancellationToken);
            var copy = new AccountCopy(name, store.DirectoryOf(name), destination, cancellationToken);
            return await store.Services.FileThreads.RunAsync(copy.Run);
        }
        catch (AccountNotFoundException)
        {
            return null;
        }
        catch (StoreException e)
        {
            return new AccountBackup(name, 0, 0, false, [$"not backed up: {e.Message}"]);
        }
    }
}
