using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mox.Store;

/// <summary>The keys that clients may log in with (table TlsPublicKeys of server.db). A key belongs to one account.</summary>
public sealed class TlsPublicKeys
{
    /// <summary>Keys an account may have.</summary>
    public const int MaxPerAccount = 100;

    private const int MaxNameLength = 100;

    private readonly ServerDatabase _server;
    private readonly StoreThreads _threads;
    private readonly TimeProvider _timeProvider;

    internal TlsPublicKeys(ServerDatabase server, StoreThreads threads, TimeProvider timeProvider) =>
        (_server, _threads, _timeProvider) = (server, threads, timeProvider);

    /// <summary>All keys of an account, or of all (null), by account and age.</summary>
    public Task<IReadOnlyList<TlsPublicKey>> ListAsync(string? account, CancellationToken cancellationToken) => RunAsync(
        database =>
        {
            using var context = new ServerDbContext(database.Connection);
            return (IReadOnlyList<TlsPublicKey>)
            [
                .. context.TlsPublicKeys.AsNoTracking()
                    .Where(k => account == null || k.Account == account)
                    .OrderBy(k => k.Account).ThenBy(k => k.CreatedAt).ThenBy(k => k.Fingerprint)
                    .AsEnumerable()
                    .Select(Key),
            ];
        },
        cancellationToken);

    /// <summary>The key of a fingerprint; null when nobody registered it.</summary>
    public Task<TlsPublicKey?> FindAsync(string fingerprint, CancellationToken cancellationToken) =>
        RunAsync(database => Find(database, fingerprint), cancellationToken);

    /// <summary>Registers a key.</summary>
    /// <exception cref="StoreException">It is registered already, or the account has too many; the message says which.</exception>
    public Task<TlsPublicKey> AddAsync(
        TlsKeyFile key, string name, string account, string loginAddress, bool imapPreauth, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(name);
        var added = new TlsPublicKey
        {
            Fingerprint = key.Fingerprint,
            Name = name.Length <= MaxNameLength ? name : name[..MaxNameLength],
            Type = key.Type,
            Account = account,
            LoginAddress = loginAddress,
            ImapPreauth = imapPreauth,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(_timeProvider.GetUtcNow().ToUnixTimeSeconds()),
        };
        return RunAsync(database => Add(database, added), cancellationToken);
    }

    /// <summary>Removes a key; false when there is none of that fingerprint.</summary>
    public Task<bool> RemoveAsync(string fingerprint, CancellationToken cancellationToken) => RunAsync(
        database =>
        {
            database.Prepare("DELETE FROM TlsPublicKeys WHERE Fingerprint = ?").Bind(fingerprint).Run();
            return database.Changes > 0;
        },
        cancellationToken);

    /// <summary>Removes all keys of an account, which goes.</summary>
    public Task RemoveAccountAsync(string account, CancellationToken cancellationToken) => RunAsync(
        database =>
        {
            database.Prepare("DELETE FROM TlsPublicKeys WHERE Account = ?").Bind(account).Run();
            return true;
        },
        cancellationToken);

    // One connection, one user of it at a time: what is looked up here is still so when the row is written.
    private static TlsPublicKey Add(Database database, TlsPublicKey key)
    {
        if (Find(database, key.Fingerprint) is { } other)
        {
            throw new StoreException($"The key {key.Fingerprint} is registered already, for {other.LoginAddress}.");
        }

        Statement count = database.Prepare("SELECT COUNT(*) FROM TlsPublicKeys WHERE Account = ?").Bind(key.Account);
        count.Step();
        long keys = count.Int64(0);
        count.Reset();
        if (keys >= MaxPerAccount)
        {
            throw new StoreException($"Account {key.Account} has {MaxPerAccount} keys, which is the most: remove one.");
        }

        database.Prepare("INSERT INTO TlsPublicKeys (Fingerprint, Name, Type, Account, LoginAddress, CreatedAt, ImapPreauth) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(key.Fingerprint).Bind(key.Name).Bind(key.Type).Bind(key.Account).Bind(key.LoginAddress)
            .Bind(key.CreatedAt.ToUnixTimeSeconds()).Bind(key.ImapPreauth ? 1 : 0)
            .Run();
        return key;
    }

    private static TlsPublicKey? Find(Database database, string fingerprint)
    {
        Statement read = database.Prepare("SELECT Name, Type, Account, LoginAddress, CreatedAt, ImapPreauth FROM TlsPublicKeys WHERE Fingerprint = ?")
            .Bind(fingerprint);
        if (!read.Step())
        {
            return null;
        }

        var key = new TlsPublicKey
        {
            Fingerprint = fingerprint,
            Name = read.Text(0),
            Type = read.Text(1),
            Account = read.Text(2),
            LoginAddress = read.Text(3),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(read.Int64(4)),
            ImapPreauth = read.Int64(5) != 0,
        };
        read.Reset();
        return key;
    }

    private static TlsPublicKey Key(TlsPublicKeyRow row) => new()
    {
        Fingerprint = row.Fingerprint,
        Name = row.Name,
        Type = row.Type,
        Account = row.Account,
        LoginAddress = row.LoginAddress,
        ImapPreauth = row.ImapPreauth,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(row.CreatedAt),
    };

    private Task<T> RunAsync<T>(Func<Database, T> use, CancellationToken cancellationToken) =>
        _threads.RunAsync(() => Use(use)).WaitAsync(cancellationToken);

    private T Use<T>(Func<Database, T> use)
    {
        try
        {
            return _server.Use(use);
        }
        catch (SqliteException e)
        {
            throw new StoreException("The keys of clients cannot be read or written: " + e.Message, e);
        }
    }
}
