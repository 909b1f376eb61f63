using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mox.Queue;

namespace Mox.Host.Telemetry;

/// <summary>The queue takes mail and delivers it.</summary>
internal sealed class QueueHealthCheck(MailQueue queue) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(queue.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy("mail that leaves is delivered"));
}
