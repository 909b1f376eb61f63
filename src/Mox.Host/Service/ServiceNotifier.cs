using System.Globalization;

namespace Mox.Host.Service;

/// <summary>
/// Keeps systemd told: ready once connections are taken, alive at half of WatchdogSec, stopping when the host stops. A process whose thread
/// pool stands still says nothing, and is started again.
/// </summary>
internal sealed class ServiceNotifier(ServiceManager manager, IHostApplicationLifetime lifetime, TimeProvider time, TimeSpan? watchdog) : BackgroundService
{
    /// <summary>What WATCHDOG_USEC asks for; null when it is not there, or meant for another process (WATCHDOG_PID).</summary>
    public static TimeSpan? WatchdogOf(string? microseconds, string? processId) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long period) && period is > 0 and < long.MaxValue / 10
        && (string.IsNullOrEmpty(processId) || processId == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(period)
            : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!manager.IsThere)
        {
            return;
        }

        using CancellationTokenRegistration stopping = lifetime.ApplicationStopping.Register(manager.Stopping);
        if (!await IsStartedAsync(stoppingToken))
        {
            return;
        }

        manager.Ready();
        if (watchdog is not { } period)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var timer = new PeriodicTimer(period / 2, time);
        try
        {
            do
            {
                manager.Watchdog();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task<bool> IsStartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        using CancellationTokenRegistration onStop = stopping.Register(() => started.TrySetCanceled());
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return started.Task.IsCompletedSuccessfully;
    }
}
