using System.Diagnostics.Metrics;
using Mox.Config;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>The store of a server: opened after the container is built (it needs its loggers and meters), and owned by it from then on.</summary>
internal sealed class OpenStore
{
    private AccountStore? _store;

    /// <summary>For the container, which disposes of what it got.</summary>
    public AccountStore Get(IServiceProvider services) => _store ?? throw new InvalidOperationException("The store is not open yet.");

    /// <summary>Opens the data directory; for localserve also makes the accounts that are configured but not there.</summary>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public async Task StartAsync(MoxServerOptions options, IServiceProvider services, CancellationToken ct)
    {
        MoxConfig config = options.Config;
        var byDefault = new StoreOptions { DataDirectory = config.DataDirectory };
        var storeOptions = new StoreOptions
        {
            DataDirectory = config.DataDirectory,
            QuotaBytes = config.QuotaOf,
            ScramIterations = options.ScramIterations ?? byDefault.ScramIterations,
        };
        _store = await AccountStore.StartAsync(
            storeOptions, options.Time, services.GetRequiredService<ILoggerFactory>(), services.GetRequiredService<IMeterFactory>(), ct);
        // From here on the container disposes of it, also when the start fails further on.
        AccountStore store = services.GetRequiredService<AccountStore>();
        if (!options.IsLocalserve)
        {
            return;
        }

        foreach (AccountConfig account in config.Accounts.Values.Where(account => !store.Exists(account.Name)))
        {
            await store.CreateAsync(account.Name, Mailboxes(config.InitialMailboxes), ct);
            await store.SetPasswordAsync(account.Name, LocalserveConfig.Password, ct);
        }
    }

    private static InitialMailboxes Mailboxes(InitialMailboxesConfig config)
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
}
