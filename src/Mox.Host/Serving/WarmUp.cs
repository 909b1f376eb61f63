using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Once connections are taken: what the first login needs is compiled and opened before somebody waits for it (docs/performance.md).</summary>
internal sealed class WarmUp(AccountStore store, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration start = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await store.WarmUpAsync(stoppingToken);
    }
}
