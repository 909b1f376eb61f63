using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mox.Testing;

/// <summary>Keeps what all its loggers log, in one list. It is a provider and a factory.</summary>
public sealed class RecordingLoggerProvider : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly AsyncLocal<Scope?> _scope = new();

    /// <summary>Levels below are off. Default: everything is kept.</summary>
    public LogLevel MinLevel { get; set; } = LogLevel.Trace;

    /// <summary>What has been logged so far.</summary>
    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    internal IReadOnlyList<string> Scopes
    {
        get
        {
            var texts = new List<string>();
            for (var scope = _scope.Value; scope is not null; scope = scope.Outer)
            {
                texts.Insert(0, scope.Text);
            }

            return texts;
        }
    }

    /// <summary>The entries of a level or above.</summary>
    public IReadOnlyList<LogEntry> AtLeast(LogLevel level) => [.. _entries.Where(e => e.Level >= level)];

    public ILogger CreateLogger(string categoryName) => new RecordingLogger(this, categoryName);

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This factory only records.");

    public void Dispose()
    {
    }

    internal void Add(LogEntry entry) => _entries.Enqueue(entry);

    internal IDisposable PushScope(object state)
    {
        var text = state is IEnumerable<KeyValuePair<string, object?>> pairs
            ? string.Join(' ', pairs.Where(p => p.Key != "{OriginalFormat}").Select(p => $"{p.Key}={p.Value}"))
            : state.ToString() ?? "";
        return _scope.Value = new Scope(this, _scope.Value, text);
    }

    private sealed class Scope(RecordingLoggerProvider provider, Scope? outer, string text) : IDisposable
    {
        public Scope? Outer => outer;

        public string Text => text;

        public void Dispose() => provider._scope.Value = outer;
    }
}
