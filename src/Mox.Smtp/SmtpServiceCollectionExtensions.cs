using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mox.Smtp.Server;

namespace Mox.Smtp;

/// <summary>Registers the SMTP server.</summary>
public static class SmtpServiceCollectionExtensions
{
    /// <summary>Adds <see cref="SmtpMetrics"/> and <see cref="Client.SmtpClientMetrics"/>. A listener then is <c>new SmtpConnectionHandler(services, options, logger)</c> with its own options.</summary>
    public static IServiceCollection AddMoxSmtp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SmtpMetrics>();
        services.TryAddSingleton<Client.SmtpClientMetrics>();
        return services;
    }
}
