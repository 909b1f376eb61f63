using Mox.Host.Logging;

namespace Mox.Host.Telemetry;

/// <summary>Counts what is logged: an Error is a fault of ours, and worth an alert.</summary>
[ProviderAlias("Count")]
internal sealed class CountingLoggerProvider(HostMetrics metrics) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        metrics.Logged(LogEvent.WordOf(logLevel));

    public void Dispose()
    {
    }
}
