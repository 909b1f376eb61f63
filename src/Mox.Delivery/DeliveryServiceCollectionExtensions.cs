using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Registers delivery.</summary>
public static class DeliveryServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IInboundMail"/>. Needs the account store, <see cref="IRecipients"/> and <see cref="DeliveryOptions"/> to be registered.
    /// </summary>
    public static IServiceCollection AddMoxDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DeliveryMetrics>();
        services.TryAddSingleton(s => new DeliveryServices
        {
            Accounts = s.GetRequiredService<Store.AccountStore>(),
            Recipients = s.GetRequiredService<IRecipients>(),
            Metrics = s.GetRequiredService<DeliveryMetrics>(),
            Time = s.GetRequiredService<TimeProvider>(),
        });
        services.TryAddSingleton<IInboundMail, InboundMail>();
        return services;
    }
}
