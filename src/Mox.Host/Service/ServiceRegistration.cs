namespace Mox.Host.Service;

/// <summary>Adds what keeps a service manager told; it says nothing when the program was not started by one.</summary>
internal static class ServiceRegistration
{
    /// <summary>Reads the environment that systemd sets for a service.</summary>
    public static IServiceCollection AddServiceNotifier(this IServiceCollection services) => services.AddServiceNotifier(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        ServiceNotifier.WatchdogOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")));

    /// <summary>With a socket and a period.</summary>
    public static IServiceCollection AddServiceNotifier(this IServiceCollection services, string? socket, TimeSpan? watchdog)
    {
        services.AddSingleton(provider => new ServiceManager(socket, provider.GetRequiredService<ILogger<ServiceManager>>()));
        services.AddHostedService(provider => new ServiceNotifier(
            provider.GetRequiredService<ServiceManager>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            watchdog));
        return services;
    }
}
