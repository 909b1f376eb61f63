using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mox.Dns;
using Mox.EmailAuth;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Registers delivery.</summary>
public static class DeliveryServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IInboundMail"/>. Needs the account store, <see cref="IDnsResolver"/>, <see cref="IRecipients"/> and <see cref="DeliveryOptions"/> to be registered.
    /// </summary>
    public static IServiceCollection AddMoxDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DeliveryMetrics>();
        services.TryAddSingleton<EmailAuthMetrics>();
        services.TryAddSingleton(s => new DeliveryServices
        {
            Accounts = s.GetRequiredService<Store.AccountStore>(),
            Recipients = s.GetRequiredService<IRecipients>(),
            Dns = s.GetRequiredService<IDnsResolver>(),
            AuthMetrics = s.GetRequiredService<EmailAuthMetrics>(),
            Metrics = s.GetRequiredService<DeliveryMetrics>(),
            Time = s.GetRequiredService<TimeProvider>(),
        });
        services.TryAddSingleton<IInboundMail, InboundMail>();
        return services;
    }
}
