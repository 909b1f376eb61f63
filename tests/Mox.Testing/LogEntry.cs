using Microsoft.Extensions.Logging;

namespace Mox.Testing;

/// <summary>One line of a <see cref="RecordingLogger"/>: its named values, and the scopes around it, outermost first.</summary>
public sealed record LogEntry(
    string Category, LogLevel Level, EventId EventId, string Message, Exception? Exception,
    IReadOnlyDictionary<string, object?> Values, IReadOnlyList<string> Scopes)
{
    public override string ToString() => $"{Level} {Category}: {Message}{(Exception is null ? "" : " " + Exception)}";
}
