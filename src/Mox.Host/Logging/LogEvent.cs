namespace Mox.Host.Logging;

/// <summary>One event, taken apart; the fields are in the order of the log call, then those of the scopes.</summary>
internal readonly ref struct LogEvent
{
    public required DateTimeOffset Time { get; init; }

    public required LogLevel Level { get; init; }

    /// <summary>The short name of the library, as in "smtp".</summary>
    public required string Package { get; init; }

    public required string Message { get; init; }

    public required Exception? Exception { get; init; }

    public required ReadOnlySpan<KeyValuePair<string, object?>> Fields { get; init; }

    /// <summary>The word that both forms use for a level.</summary>
    public string LevelWord => WordOf(Level);

    /// <summary>The word for a level.</summary>
    public static string WordOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
