using Microsoft.Extensions.Logging;

namespace Mox.Testing;

/// <summary>Keeps what is logged, at every level, for a test to look at.</summary>
public class RecordingLogger(RecordingLoggerProvider? provider = null, string category = "test") : ILogger
{
    private readonly RecordingLoggerProvider _provider = provider ?? new RecordingLoggerProvider();

    /// <summary>What has been logged so far.</summary>
    public IReadOnlyList<LogEntry> Entries => _provider.Entries;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _provider.PushScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _provider.MinLevel && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var values = new Dictionary<string, object?>();
            foreach (var (key, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                values[key] = value;
            }

            _provider.Add(new LogEntry(category, logLevel, eventId, formatter(state, exception), exception, values, _provider.Scopes));
        }
    }
}
