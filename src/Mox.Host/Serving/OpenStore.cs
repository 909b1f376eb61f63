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

    /// <summary>Opens the data directory, and makes the accounts that are configured but not there.</summary>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public async Task StartAsync(MoxServerOptions options, IServiceProvider services, CancellationToken ct)
    {
        MoxConfig config = options.Config;
        var byDefault = new StoreOptions { DataDirectory = config.DataDirectory };
        var storeOptions = new StoreOptions
        {
            DataDirectory = config.DataDirectory,
            QuotaBytes = account => options.Live.Current.QuotaOf(account),
            QuotaMessages = account => options.Live.Current.QuotaMessagesOf(account),
            ScramIterations = options.ScramIterations ?? byDefault.ScramIterations,
        };
        _store = await AccountStore.StartAsync(
            storeOptions, options.Time, services.GetRequiredService<ILoggerFactory>(), services.GetRequiredService<IMeterFactory>(), ct);
        // From here on the container disposes of it, also when the start fails further on.
        _ = services.GetRequiredService<AccountStore>();
        await services.GetRequiredService<ConfiguredAccounts>().MakeMissingAsync(ct);
    }
}
