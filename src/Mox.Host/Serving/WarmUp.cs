using Mox.EmailAuth.PublicSuffix;
using Mox.Store;

namespace Mox.Host.Serving;

/// <summary>Once connections are taken: what the first login and the first message need is compiled, read and opened before somebody waits for it (docs/performance.md).</summary>
internal sealed class WarmUp(AccountStore store, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration start = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        _ = PublicSuffixList.Default;
        await store.WarmUpAsync(stoppingToken);
    }
}
