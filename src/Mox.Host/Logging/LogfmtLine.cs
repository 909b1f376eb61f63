using System.Text;

namespace Mox.Host.Logging;

/// <summary><c>l=info m="message" pkg=smtp cid=19a4 from=a@example.org t=2026-01-02T03:04:05.678Z</c>.</summary>
internal static class LogfmtLine
{
    public static void Append(StringBuilder line, LogEvent e)
    {
        line.Append("l=").Append(e.LevelWord).Append(" m=");
        LogText.AppendQuoted(line, e.Message);
        line.Append(" pkg=").Append(e.Package);
        foreach ((string key, object? value) in e.Fields)
        {
            Append(line, key, LogText.Of(value));
        }

        if (e.Exception is { } exception)
        {
            Append(line, "err", $"{exception.GetType().Name}: {exception.Message}");
            Append(line, "stack", exception.ToString());
        }

        line.Append(" t=").Append(LogText.Of(e.Time)).Append('\n');
    }

    private static void Append(StringBuilder line, string key, string value)
    {
        line.Append(' ');
        LogText.AppendKey(line, key);
        line.Append('=');
        LogText.AppendValue(line, value);
    }
}
