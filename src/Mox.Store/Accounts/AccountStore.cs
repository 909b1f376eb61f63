using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>All accounts of a data directory. One process at a time has it open.</summary>
public sealed class AccountStore : IAsyncDisposable
{
    private AccountStore(IMessageFiles files) => Files = files;

    /// <summary>Message files.</summary>
    public IMessageFiles Files { get; }

    /// <summary>
    /// Opens the data directory: makes it when missing, takes its lock, chooses the SQLite engine, sets umask 077, sweeps temporary files.
    /// </summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be used; the message says what to do.</exception>
    public static ValueTask<AccountStore> StartAsync(
        StoreOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        IMeterFactory meterFactory,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Names of the accounts on disk, sorted.</summary>
    public IReadOnlyList<string> Names() => throw new NotImplementedException();

    /// <summary>Whether there is an account of that name.</summary>
    public bool Exists(string name) => throw new NotImplementedException();

    /// <summary>Makes an account, without a password.</summary>
    /// <exception cref="StoreException">It exists, or the name is not valid (lower-case letters, digits, "-", "_", ".").</exception>
    public Task CreateAsync(string name, InitialMailboxes mailboxes, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens an account, or joins those who have it open.</summary>
    /// <exception cref="AccountNotFoundException">There is none of that name.</exception>
    /// <exception cref="AccountUnavailableException">Its database is locked or corrupt.</exception>
    public ValueTask<AccountLease> OpenAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sets the password: one SCRAM-SHA-256 verifier is stored, and remembered logins are dropped.</summary>
    /// <exception cref="ArgumentException">The password cannot be prepared (RFC 8265 section 4.2) or is too long (1,024 bytes).</exception>
    public Task SetPasswordAsync(string name, string password, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A writer for a message that arrives.</summary>
    public SpooledMessageWriter CreateSpool() => throw new NotImplementedException();

    /// <summary>Closes all accounts, whether in use or not, and lets the directory go.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();

    internal void Release(Account account) => throw new NotImplementedException();
}
