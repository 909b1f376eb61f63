using Mox.Config;
using Mox.Net;

namespace Mox.Host.Logging;

/// <summary>Sets up logging as the configuration says.</summary>
internal static class MoxLogging
{
    /// <summary>Our libraries at the level asked for; the framework's only from Warning.</summary>
    public static void Configure(ILoggingBuilder logging, LogConfig config, LogOutput output, TimeProvider time)
    {
        logging.ClearProviders();
        LogLevel ours = LevelOf(config.Level);
        LogLevel others = ours > LogLevel.Warning ? ours : LogLevel.Warning;
        logging.AddFilter((category, level) => level >= (category?.StartsWith("Mox.", StringComparison.Ordinal) == true ? ours : others));
        logging.AddProvider(new LineLoggerProvider(output, config.Format, time));
    }

    /// <summary>How much of the protocol is traced.</summary>
    public static TraceLevel TraceOf(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Trace => TraceLevel.Trace,
        LogVerbosity.TraceAuth => TraceLevel.TraceAuth,
        LogVerbosity.TraceData => TraceLevel.TraceData,
        _ => TraceLevel.Off,
    };

    private static LogLevel LevelOf(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Error => LogLevel.Error,
        LogVerbosity.Warning => LogLevel.Warning,
        LogVerbosity.Information => LogLevel.Information,
        LogVerbosity.Debug => LogLevel.Debug,
        _ => LogLevel.Trace,
    };
}
