using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Mox.Net;

/// <summary>
/// The transcript of one connection in the log, at level Trace: <c>C: ...</c> and <c>S: ...</c>, with what is secret or
/// bulky hidden unless the operator asked for it.
/// </summary>
/// <remarks>The level is asked for each piece, since an operator may change it. Costs little when off. A traced piece shows at most <see cref="MaxShownBytes"/>.</remarks>
public sealed partial class ProtocolTrace(ILogger logger, Func<TraceLevel> level)
{
    /// <summary>What is shown of one piece, in bytes; more is cut and counted.</summary>
    public const int MaxShownBytes = 2_048;

    /// <summary>True when something would be written. Ask before preparing what is only for the trace.</summary>
    public bool IsEnabled => level() != TraceLevel.Off && logger.IsEnabled(LogLevel.Trace);

    /// <summary>Notes what the client sent, without line end.</summary>
    public void Client(ReadOnlySpan<byte> bytes, TraceContent content = TraceContent.Protocol) => Write("C", bytes, content);

    /// <summary>Notes what the server sent, without line end.</summary>
    public void Server(ReadOnlySpan<byte> bytes, TraceContent content = TraceContent.Protocol) => Write("S", bytes, content);

    private void Write(string side, ReadOnlySpan<byte> bytes, TraceContent content)
    {
        if (!IsEnabled)
        {
            return;
        }

        var text = content switch
        {
            TraceContent.Credentials when level() < TraceLevel.TraceAuth => "***",
            TraceContent.Bulk when level() < TraceLevel.TraceData => "...",
            _ => Show(bytes),
        };
        LogPiece(logger, side, text);
    }

    /// <summary>Printable ASCII as it is, the rest as \xNN: a client cannot forge a log line or reach a terminal.</summary>
    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var shown = bytes.Length > MaxShownBytes ? bytes[..MaxShownBytes] : bytes;
        var text = new StringBuilder(shown.Length + 16);
        foreach (var b in shown)
        {
            _ = b switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7f => text.Append((char)b),
                _ => text.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }

        if (shown.Length < bytes.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $" (+{bytes.Length - shown.Length} bytes)");
        }

        return text.ToString();
    }

    [LoggerMessage(Level = LogLevel.Trace, Message = "{Side}: {Text}", SkipEnabledCheck = true)]
    private static partial void LogPiece(ILogger logger, string side, string text);
}
