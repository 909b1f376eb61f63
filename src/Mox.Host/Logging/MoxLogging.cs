using Mox.Config;

namespace Mox.Host.Logging;

/// <summary>Sets up logging as the configuration says.</summary>
internal static class MoxLogging
{
    /// <summary>Our libraries at the level asked for, the framework's only from Warning; until <see cref="LogLevels"/> says otherwise.</summary>
    public static void Configure(ILoggingBuilder logging, LogConfig config, LogOutput output, TimeProvider time)
    {
        var levels = new LogLevels(config.Level);
        logging.ClearProviders();
        logging.Services.AddSingleton(levels);
        logging.AddFilter(levels.IsEnabled);
        logging.AddProvider(new LineLoggerProvider(output, config.Format, time));
    }
}
