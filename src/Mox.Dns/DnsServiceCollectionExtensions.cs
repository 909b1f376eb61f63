using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mox.Dns;

/// <summary>Registers the resolver.</summary>
public static class DnsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IDnsResolver"/>. Register <see cref="DnsClientOptions"/> for other than the system's servers; needs logging and metrics.
    /// </summary>
    public static IServiceCollection AddMoxDns(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DnsMetrics>();
        services.TryAddSingleton<DnsClientOptions>();
        services.TryAddSingleton<DnsClient>();
        services.TryAddSingleton<IDnsResolver>(s => s.GetRequiredService<DnsClient>());
        return services;
    }
}
