using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Config;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>The store of a server that does not run, opened by a command, which has the data directory's lock meanwhile.</summary>
internal sealed class OfflineStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private MailQueue? _queue;

    private OfflineStore(ServiceProvider services, AccountStore accounts) => (_services, Accounts) = (services, accounts);

    /// <summary>Its accounts.</summary>
    public AccountStore Accounts { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreException">A process has it.</exception>
    /// <exception cref="UserErrorException">There is no such directory, or files made by us would not be the server's.</exception>
    public static async Task<OfflineStore> OpenAsync(string dataDirectory, CancellationToken ct)
    {
        if (!Directory.Exists(dataDirectory))
        {
            throw new UserErrorException($"there is no data directory {dataDirectory}: start the server once, or correct Mox:DataDirectory");
        }

        if (DurableFiles.StrangerOf(dataDirectory) is { } owner)
        {
            throw new UserErrorException($"{dataDirectory} belongs to user {owner}: run this command as that user (sudo -u '#{owner}' mox ...), or while the server runs");
        }

        ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        try
        {
            AccountStore store = await AccountStore.StartAsync(
                new StoreOptions { DataDirectory = dataDirectory },
                TimeProvider.System,
                NullLoggerFactory.Instance,
                services.GetRequiredService<IMeterFactory>(),
                ct);
            return new OfflineStore(services, store);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its queue. Nothing is delivered.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public async ValueTask<MailQueue> QueueAsync(MoxConfig config, CancellationToken ct) => _queue ??= await MailQueue.StartAsync(
        QueueOptions.Of(config), Accounts, new QueueMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLoggerFactory.Instance, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_queue is not null)
        {
            await _queue.DisposeAsync();
        }

        await Accounts.DisposeAsync();
        await _services.DisposeAsync();
    }
}
