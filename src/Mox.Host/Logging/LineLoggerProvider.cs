using System.Collections.Concurrent;
using Mox.Config;

namespace Mox.Host.Logging;

/// <summary>Logs one line an event, to a <see cref="LogOutput"/>.</summary>
[ProviderAlias("Line")]
internal sealed class LineLoggerProvider(LogOutput output, LogFormat format, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MessageShape> _shapes = new(StringComparer.Ordinal);
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(this, PackageOf(name)));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    // "Mox.Smtp.Server.SmtpSession" is "smtp"; of others the last word says most: "Microsoft.Hosting.Lifetime" is "lifetime".
    private static string PackageOf(string category)
    {
        string[] words = category.Split('.');
        string word = words[0] == "Mox" && words.Length > 1 ? words[1] : words[^1];
        return word.Length > 0 ? word.ToLowerInvariant() : "other";
    }

    private sealed class LineLogger(LineLoggerProvider provider, string package) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Log(package, logLevel, formatter(state, exception), state, exception);
    }

    private void Log(string package, LogLevel level, string message, object? state, Exception? exception)
    {
        if (exception is UserErrorException)
        {
            // The command line says it, in one line, as the program ends.
            return;
        }

        var fields = new List<KeyValuePair<string, object?>>(8);
        // The cid comes first, then what the call says; a trace line has its text in the message already.
        _scopes.ForEachScope(static (scope, fields) => Add(fields, scope, null), fields);
        MessageShape? shape = ShapeOf(state);
        if (level > LogLevel.Trace)
        {
            Add(fields, state, shape);
            message = shape?.Text ?? message;
        }

        var e = new LogEvent
        {
            Time = time.GetUtcNow(),
            Level = level,
            Package = package,
            Message = message,
            Exception = exception,
            Fields = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(fields),
        };
        var line = new System.Text.StringBuilder(256);
        if (format == LogFormat.Json)
        {
            JsonLine.Append(line, e);
        }
        else
        {
            LogfmtLine.Append(line, e);
        }

        output.Write(line.ToString());
    }

    // Templates are constants of the program, so there are only so many.
    private MessageShape? ShapeOf(object? state) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } values && values[^1] is { Key: "{OriginalFormat}", Value: string template }
            ? _shapes.GetOrAdd(template, static template => new MessageShape(template))
            : null;

    private static void Add(List<KeyValuePair<string, object?>> fields, object? state, MessageShape? shape)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            return;
        }

        foreach ((string name, object? value) in pairs)
        {
            string key = shape?.KeyOf(name) ?? name;
            // Kestrel's own id of a connection says nothing that our cid does not.
            if (name is not ("{OriginalFormat}" or "ConnectionId") && key.Length > 0 && !fields.Exists(field => field.Key.Equals(key, StringComparison.OrdinalIgnoreCase)))
            {
                fields.Add(new KeyValuePair<string, object?>(key, value));
            }
        }
    }
}
