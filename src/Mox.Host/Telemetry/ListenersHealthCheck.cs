using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mox.Host.Telemetry;

/// <summary>Connections are taken: the server has started, and is not about to stop.</summary>
internal sealed class ListenersHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("the server stops")
        : lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy("connections are taken")
        : HealthCheckResult.Unhealthy("the server starts"));
}
