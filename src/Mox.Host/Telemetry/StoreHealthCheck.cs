using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mox.Store;

namespace Mox.Host.Telemetry;

/// <summary>The store takes mail: its newest write was committed. Some accounts that fail while others work are no reason to restart a server.</summary>
internal sealed class StoreHealthCheck(AccountStore store) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        StoreHealth health = store.Health;
        return Task.FromResult(health switch
        {
            { IsOpen: false } => HealthCheckResult.Unhealthy("the store is closed"),
            { LastWriteFailed: true } => HealthCheckResult.Unhealthy("the last write failed; the log says why"),
            { FailingAccounts: > 0 } => HealthCheckResult.Degraded($"{health.FailingAccounts} accounts take no writes; the log says why"),
            _ => HealthCheckResult.Healthy("the last write was committed"),
        });
    }
}
