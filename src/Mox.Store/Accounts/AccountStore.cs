using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>All accounts of a data directory. One process at a time has it open.</summary>
/// <remarks>Accounts open at the first <see cref="OpenAsync"/> and close some time after their last lease (least recently used first).</remarks>
public sealed partial class AccountStore : IAsyncDisposable
{
    private const string LockFileName = "lock";

    private readonly StoreServices _services;
    private readonly FileStream _lock;
    private readonly Dictionary<string, OpenAccount> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ITimer _idleTimer;
    private readonly string _accounts;
    private readonly string _temporary;
    private readonly Dictionary<string, Task> _closing = new(StringComparer.Ordinal);
    private readonly ServerDatabase _server;
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removing = new(StringComparer.Ordinal);
    private bool _disposed;

    private AccountStore(StoreServices services, FileStream @lock, ServerDatabase server)
    {
        _services = services;
        _lock = @lock;
        _server = server;
        LoginAttempts = new LoginAttempts(server, services.FileThreads, services.TimeProvider, services.Logger);
        DmarcEvaluations = new DmarcEvaluations(server, services.FileThreads, services.TimeProvider, services.Metrics, services.Logger);
        TlsPublicKeys = new TlsPublicKeys(server, services.FileThreads, services.TimeProvider);
        Passwords = new AccountPasswords(this, services.Options, services.TimeProvider);
        FakeScramSecret = server.Secret("fake-scram");
        _accounts = Path.Combine(services.Options.DataDirectory, "accounts");
        _temporary = Path.Combine(services.Options.DataDirectory, "tmp");
        TimeSpan period = services.Options.IdleClose / 4;
        _idleTimer = services.TimeProvider.CreateTimer(_ => CloseIdle(), null, period, period);
    }

    /// <summary>Message files.</summary>
    public IMessageFiles Files => _services.Files;

    /// <summary>The SQLite library in use: version and origin.</summary>
    public static string EngineDescription => SqliteEngine.Description;

    /// <summary>The record of attempts to log in.</summary>
    public LoginAttempts LoginAttempts { get; }

    /// <summary>What DMARC said of messages, for reports to the domains that they claim to be from.</summary>
    public DmarcEvaluations DmarcEvaluations { get; }

    /// <summary>Keys that clients may log in with instead of a password.</summary>
    public TlsPublicKeys TlsPublicKeys { get; }

    internal AccountPasswords Passwords { get; }

    internal byte[] FakeScramSecret { get; }

    internal StoreServices Services => _services;

    /// <summary>
    /// Opens the data directory: makes it when missing, takes its lock, chooses the SQLite engine, sets umask 077, sweeps temporary files.
    /// </summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be used; the message says what to do.</exception>
    public static async ValueTask<AccountStore> StartAsync(
        StoreOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        IMeterFactory meterFactory,
        CancellationToken cancellationToken)
    {
        ILogger logger = loggerFactory.CreateLogger<AccountStore>();
        Platform.RestrictNewFiles();
        SqliteEngine.Install(logger);
        FileStream directoryLock = PrepareDirectory(options.DataDirectory);
        string temporary = Path.Combine(options.DataDirectory, "tmp");
        IMessageFiles files = new MessageFiles(temporary);
        var metrics = new StoreMetrics(meterFactory);
        var services = new StoreServices(
            options,
            options.WrapFiles?.Invoke(files) ?? files,
            timeProvider,
            new StoreThreads("store writer", options.WriterThreads),
            new StoreThreads("store files", options.FileThreads),
            new IndexWorker(timeProvider, metrics),
            metrics,
            logger);
        try
        {
            return await services.FileThreads.RunAsync(() =>
            {
                Sweep(temporary);
                return new AccountStore(services, directoryLock, new ServerDatabase(Path.Combine(options.DataDirectory, "server.db")));
            });
        }
        catch (Exception e)
        {
            services.IndexWorker.Dispose();
            services.FileThreads.Dispose();
            services.WriterThreads.Dispose();
            services.Metrics.Dispose();
            await directoryLock.DisposeAsync();
            throw e is StoreException or OperationCanceledException
                ? e
                : new StoreException($"The data directory {options.DataDirectory} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Whether a process has a data directory open, or it is not ours to look at.</summary>
    public static bool IsInUse(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, LockFileName);
        try
        {
            using FileStream? free = File.Exists(path) ? OpenLock(path, FileMode.Open) : null;
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Names of the accounts on disk, sorted.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateDirectories(_accounts).Select(d => Path.GetFileName(d)).Where(IsValidName).Order(StringComparer.Ordinal)];

    /// <summary>Whether there is an account of that name.</summary>
    public bool Exists(string name) => IsValidName(name) && Directory.Exists(DirectoryOf(name));

    /// <summary>Whether a name can be an account's: 1 to 64 lower-case letters, digits, "-", "_" or ".", the first a letter or digit.</summary>
    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= 64
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <summary>Makes an account, without a password.</summary>
    /// <exception cref="StoreException">It exists, or the name is not valid (<see cref="IsValidName"/>).</exception>
    public async Task CreateAsync(string name, InitialMailboxes mailboxes, CancellationToken cancellationToken)
    {
        if (!IsValidName(name))
        {
            throw new StoreException($"Not an account name: lower-case letters, digits, '-', '_' and '.' only.");
        }

        await _services.FileThreads.RunAsync(() =>
        {
            AccountCreation.Create(DirectoryOf(name), _temporary, mailboxes, _services);
            return true;
        }).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Removes an account with all its mail. Its sessions end with <see cref="AccountUnavailableException"/>; what a crash leaves of it is
    /// swept at the next start.
    /// </summary>
    /// <exception cref="AccountNotFoundException">There is none of that name.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        Task closed;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!Exists(name) || !_removing.Add(name))
            {
                throw new AccountNotFoundException(name);
            }

            closed = _open.Remove(name, out OpenAccount? open)
                ? CloseAsync(open, _closing.GetValueOrDefault(name))
                : _closing.GetValueOrDefault(name) ?? Task.CompletedTask;
            _closing[name] = closed;
        }

        try
        {
            await closed;
            // First: a later account of the same name is not opened by an old key.
            await TlsPublicKeys.RemoveAccountAsync(name, cancellationToken);
            await _services.FileThreads.RunAsync(() =>
            {
                string gone = Path.Combine(_temporary, $"removed-{Guid.NewGuid():N}");
                Directory.Move(DirectoryOf(name), gone);
                Platform.FlushDirectory(_accounts);
                Directory.Delete(gone, recursive: true);
                return true;
            });
            Passwords.Forget(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The files of account {name} cannot all be removed: {e.Message}", e);
        }
        finally
        {
            lock (_gate)
            {
                _removing.Remove(name);
            }
        }
    }

    /// <summary>Opens an account, or joins those who have it open.</summary>
    /// <exception cref="AccountNotFoundException">There is none of that name.</exception>
    /// <exception cref="AccountUnavailableException">Its database is locked or corrupt.</exception>
    public async ValueTask<AccountLease> OpenAsync(string name, CancellationToken cancellationToken)
    {
        OpenAccount open;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryGetValue(name, out open!))
            {
                if (!Exists(name) || _removing.Contains(name))
                {
                    throw new AccountNotFoundException(name);
                }

                open = new OpenAccount(new Account(name, DirectoryOf(name), _services));
                open.Opening = OpenOnThreadAsync(open, _closing.GetValueOrDefault(name));
                _closing.Remove(name);
                _open.Add(name, open);
            }

            open.Leases++;
        }

        try
        {
            await open.Opening.WaitAsync(cancellationToken);
            return new AccountLease(this, open.Account);
        }
        catch
        {
            Release(open.Account);
            throw;
        }
    }

    /// <summary>Sets the password: one SCRAM-SHA-256 verifier is stored, and remembered logins are dropped.</summary>
    /// <exception cref="AccountNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentException">The password cannot be prepared (RFC 8265 section 4.2) or is too long (1,024 bytes).</exception>
    public Task SetPasswordAsync(string name, string password, CancellationToken cancellationToken) =>
        Passwords.SetAsync(name, password, cancellationToken);

    /// <summary>How writing goes.</summary>
    public StoreHealth Health
    {
        get
        {
            (bool lastFailed, int failing) = _services.Metrics.Writes;
            return new StoreHealth(!_disposed, lastFailed, failing);
        }
    }

    /// <summary>
    /// Does once, for nobody, what the first login would wait for: opens an account, whichever, and checks a password against it in vain.
    /// No attempt is recorded.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        string? any = Directory.EnumerateDirectories(_accounts).Select(Path.GetFileName).FirstOrDefault(name => IsValidName(name!));
        ScramVerifier fake = new FakeScramVerifiers(FakeScramSecret, _services.Options.ScramIterations).For(ScramHash.Sha256, "");
        try
        {
            await Passwords.VerifyAsync(any, fake, Guid.NewGuid().ToString(), cancellationToken);
        }
        catch (StoreException)
        {
            // Said when it was opened; those who need it will hear of it.
        }
    }

    /// <summary>A writer for a message that arrives.</summary>
    public SpooledMessageWriter CreateSpool() => new(_services);

    /// <summary>Closes all accounts, whether in use or not, and lets the directory go.</summary>
    public async ValueTask DisposeAsync()
    {
        List<OpenAccount> all;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            all = [.. _open.Values];
            _open.Clear();
        }

        await _idleTimer.DisposeAsync();
        foreach (OpenAccount open in all)
        {
            await CloseAsync(open, null);
        }

        Task[] closing;
        lock (_gate)
        {
            closing = [.. _closing.Values];
        }

        await Task.WhenAll(closing);
        await LoginAttempts.CloseAsync();
        await DmarcEvaluations.CloseAsync();
        Passwords.Dispose();
        _services.IndexWorker.Dispose();
        // The last turns of writers may still hand files to the file threads.
        _services.WriterThreads.Dispose();
        _services.FileThreads.Dispose();
        _server.Dispose();
        _services.Metrics.Dispose();
        await _lock.DisposeAsync();
    }

    internal void Release(Account account)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(account.Name, out OpenAccount? open) && ReferenceEquals(open.Account, account))
            {
                open.Leases--;
                open.IdleSince = _services.TimeProvider.GetTimestamp();
                if (open.Opening.IsFaulted && open.Leases == 0)
                {
                    _open.Remove(account.Name);
                }
            }

            // Old ones are the timer's: looking through all at each delivery would not do.
            if (_open.Count <= _services.Options.MaxIdleAccounts)
            {
                return;
            }
        }

        CloseIdle();
    }

    internal string DirectoryOf(string name) => Path.Combine(_accounts, name);

    private static FileStream OpenLock(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);

    private static FileStream PrepareDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(path, "accounts"));
            Directory.CreateDirectory(Path.Combine(path, "tmp"));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // What stands below is flushed on its own; these names must be there too.
            Platform.FlushDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data directory {path} cannot be used: {e.Message} Check its owner and permissions.", e);
        }

        FlushParent(path);
        try
        {
            return OpenLock(Path.Combine(path, LockFileName), FileMode.OpenOrCreate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data directory {path} is in use by another process; stop that one, or use another directory.", e);
        }
    }

    private static void FlushParent(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
            {
                Platform.FlushDirectory(parent);
            }
        }
        catch (IOException)
        {
            // The parent of a directory that was made for us may not be ours to open.
        }
    }

    // We hold the lock: whatever is here belongs to nobody.
    private static int Sweep(string temporary)
    {
        int count = 0;
        foreach (string file in Directory.EnumerateFiles(temporary))
        {
            File.Delete(file);
            count++;
        }

        foreach (string directory in Directory.EnumerateDirectories(temporary))
        {
            Directory.Delete(directory, recursive: true);
            count++;
        }

        return count;
    }

    // The state of an account that still closes is not yet all in its database.
    private async Task OpenOnThreadAsync(OpenAccount open, Task? closing)
    {
        await (closing ?? Task.CompletedTask);
        try
        {
            await _services.FileThreads.RunAsync(() =>
            {
                open.Account.Open();
                return true;
            });
        }
        catch (StoreException e)
        {
            NoteBroken(open.Account.Name, e);
            throw;
        }

        NoteWhole(open.Account.Name);
        _services.Metrics.AccountOpened(1);
    }

    // Said once, not for each message that comes for it.
    private void NoteBroken(string name, StoreException problem)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _broken.Add(name);
        }

        if (isNew)
        {
            LogBroken(_services.Logger, name, problem);
        }
    }

    private void NoteWhole(string name)
    {
        bool wasBroken;
        lock (_gate)
        {
            wasBroken = _broken.Remove(name);
        }

        if (wasBroken)
        {
            LogWhole(_services.Logger, name);
        }
    }

    // An account that closes leaves the table first; who opens it meanwhile waits for that.
    private void CloseIdle()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            OpenAccount[] idle = [.. _open.Values.Where(o => o.Leases == 0 && o.Opening.IsCompleted).OrderBy(o => o.IdleSince)];
            for (int i = 0; i < idle.Length; i++)
            {
                bool isOld = _services.TimeProvider.GetElapsedTime(idle[i].IdleSince) >= _services.Options.IdleClose;
                if (isOld || idle.Length - i > _services.Options.MaxIdleAccounts)
                {
                    _open.Remove(idle[i].Account.Name);
                    _closing[idle[i].Account.Name] = CloseAsync(idle[i], _closing.GetValueOrDefault(idle[i].Account.Name));
                }
            }
        }
    }

    private async Task CloseAsync(OpenAccount open, Task? before)
    {
        await (before ?? Task.CompletedTask);
        try
        {
            await open.Opening;
        }
        catch (StoreException)
        {
            return;
        }

        await open.Account.CloseAsync();
        _services.Metrics.AccountOpened(-1);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "account {Account} cannot be opened; until it can its mail gets temporary errors")]
    private static partial void LogBroken(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: can be opened again")]
    private static partial void LogWhole(ILogger logger, string account);

    private sealed class OpenAccount(Account account)
    {
        public Account Account { get; } = account;

        public Task Opening { get; set; } = Task.CompletedTask;

        public int Leases { get; set; }

        public long IdleSince { get; set; }
    }
}
