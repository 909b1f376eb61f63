using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>The queue of a server: opened after the store, in the same data directory, and owned by the container from then on.</summary>
internal sealed class OpenQueue
{
    private MailQueue? _queue;

    /// <summary>For the container, which disposes of what it got.</summary>
    public MailQueue Get(IServiceProvider services) => _queue ?? throw new InvalidOperationException("The queue is not open yet.");

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public async Task StartAsync(MoxServerOptions options, IServiceProvider services, CancellationToken ct)
    {
        _queue = await MailQueue.StartAsync(
            QueueOptions.Of(options.Config),
            services.GetRequiredService<AccountStore>(),
            services.GetRequiredService<QueueMetrics>(),
            options.Time,
            services.GetRequiredService<ILoggerFactory>(),
            ct);
        // From here on the container disposes of it.
        _ = services.GetRequiredService<MailQueue>();
    }
}
