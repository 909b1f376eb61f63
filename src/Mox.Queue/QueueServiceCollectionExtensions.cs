using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Smtp.Server;

namespace Mox.Queue;

/// <summary>Registers the queue.</summary>
public static class QueueServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISubmission"/>, <see cref="Submitter"/>, <see cref="MailSigner"/> and the <see cref="QueueRunner"/>. Needs the account store, the
    /// <see cref="LiveConfig"/>, the opened <see cref="MailQueue"/> and every <see cref="ITransport"/> to be registered.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="allIsLocal">All mail stays here, as in localserve.</param>
    public static IServiceCollection AddMoxQueue(this IServiceCollection services, bool allIsLocal = false)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<QueueMetrics>();
        services.TryAddSingleton<SenderRules>();
        services.TryAddSingleton<MailSigner>();
        services.TryAddSingleton<Submitter>();
        services.TryAddSingleton<ISubmission, QueueSubmission>();
        services.TryAddSingleton<TransportTable>();
        services.TryAddSingleton(s => new RouteTable(s.GetRequiredService<LiveConfig>(), allIsLocal));
        services.TryAddSingleton(s => new QueueRunner(
            s.GetRequiredService<MailQueue>(),
            s.GetRequiredService<RouteTable>(),
            s.GetRequiredService<TransportTable>(),
            () => s.GetRequiredService<LiveConfig>().Current.Postmaster.Account,
            s.GetRequiredService<ILogger<QueueRunner>>()));
        services.AddHostedService(s => s.GetRequiredService<QueueRunner>());
        return services;
    }
}
