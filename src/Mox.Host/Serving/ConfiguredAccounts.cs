using System.Threading.Channels;
using Mox.Config;
using Mox.Net.Sasl;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>
/// Makes accounts that are configured but not in the store: at the start, and when the configuration changes. Those of localserve get its
/// password, others none. An account that is no longer configured keeps its directory; its connections end, and those of one whose login is disabled.
/// </summary>
internal sealed partial class ConfiguredAccounts(
    MoxServerOptions options, LoginSessions sessions, IServiceProvider services, ILogger<ConfiguredAccounts> logger) : BackgroundService
{
    private const int MadeAtOnce = 8;

    // One wake-up stands for all changes before it.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Makes what is missing now.</summary>
    /// <exception cref="StoreException">One cannot be made.</exception>
    public async Task MakeMissingAsync(CancellationToken ct)
    {
        var store = services.GetRequiredService<AccountStore>();
        MoxConfig config = options.Live.Current;
        // Each waits for the disk, several times: 10,000 of them one after the other would take minutes.
        await Parallel.ForEachAsync(
            config.Accounts.Keys.Where(account => !store.Exists(account)),
            new ParallelOptions { MaxDegreeOfParallelism = MadeAtOnce, CancellationToken = ct },
            async (account, token) => await MakeAsync(store, account, config, token));
    }

    private async Task MakeAsync(AccountStore store, string account, MoxConfig config, CancellationToken ct)
    {
        try
        {
            await store.CreateAsync(account, Mailboxes(config.InitialMailboxes), ct);
        }
        catch (StoreException) when (store.Exists(account))
        {
            // A command has just made it.
            return;
        }

        LogMade(logger, account);
        if (options.IsLocalserve)
        {
            await store.SetPasswordAsync(account, LocalserveConfig.Password, ct);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        options.Live.Changed += OnChanged;
        try
        {
            while (true)
            {
                await _changes.Reader.ReadAsync(stoppingToken);
                if (sessions.Review() is > 0 and int ended)
                {
                    LogEnded(logger, ended);
                }

                try
                {
                    await MakeMissingAsync(stoppingToken);
                }
                catch (StoreException e)
                {
                    LogNotMade(logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            options.Live.Changed -= OnChanged;
        }
    }

    /// <summary>The mailboxes of a new account.</summary>
    public static InitialMailboxes Mailboxes(InitialMailboxesConfig config)
    {
        (SpecialUse Use, string Name)[] special =
        [
            (SpecialUse.Archive, config.Archive), (SpecialUse.Drafts, config.Drafts), (SpecialUse.Junk, config.Junk),
            (SpecialUse.Sent, config.Sent), (SpecialUse.Trash, config.Trash),
        ];
        return new InitialMailboxes(
            special.Where(use => use.Name.Length > 0).ToDictionary(use => use.Use, use => MailboxName.Parse(use.Name)),
            [.. config.Regular.Select(MailboxName.Parse)]);
    }

    private void OnChanged(ConfigChange change)
    {
        foreach (string account in change.RemovedAccounts)
        {
            LogRemoved(logger, account, Path.Combine(options.Config.DataDirectory, "accounts", account));
        }

        _changes.Writer.TryWrite(true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "account made account={Account}")]
    private static partial void LogMade(ILogger logger, string account);

    [LoggerMessage(Level = LogLevel.Information, Message = "connections of accounts that may not log in any more ended count={Count}")]
    private static partial void LogEnded(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "accounts that are configured cannot be made; their mail gets temporary errors")]
    private static partial void LogNotMade(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account no longer configured: no mail and no logins; what it has stays account={Account} directory={Directory}")]
    private static partial void LogRemoved(ILogger logger, string account, string directory);
}
