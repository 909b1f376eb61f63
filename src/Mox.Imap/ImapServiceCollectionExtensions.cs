using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mox.Imap;

/// <summary>Registers the IMAP server.</summary>
public static class ImapServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ImapMetrics"/>. A listener then is <c>new ImapConnectionHandler(services, options, logger)</c> with its own options.</summary>
    public static IServiceCollection AddMoxImap(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ImapMetrics>();
        return services;
    }
}
