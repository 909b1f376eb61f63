using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mox.Smtp.Server;

/// <summary>The counters of the SMTP server. Tags have few values and never carry an address.</summary>
public sealed class SmtpMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.Smtp";

    /// <summary>Spans of mail transactions.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _connections;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _commands;
    private readonly Counter<long> _transactions;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _tls;

    /// <summary>Makes the instruments.</summary>
    public SmtpMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _connections = meter.CreateCounter<long>("mox.smtp.server.connections", "{connection}", "Connections ended, by reason.");
        _active = meter.CreateUpDownCounter<long>("mox.smtp.server.active_connections", "{connection}", "Connections open now.");
        _commands = meter.CreateHistogram<double>("mox.smtp.server.command.duration", "s", "Time from a whole command to its reply.");
        _transactions = meter.CreateCounter<long>("mox.smtp.server.transactions", "{transaction}", "Messages received to their end, by the reply's code.");
        _bytes = meter.CreateCounter<long>("mox.smtp.server.content", "By", "Bytes of message content received.");
        _tls = meter.CreateCounter<long>("mox.smtp.server.starttls", "{handshake}", "STARTTLS handshakes, by result.");
    }

    internal void ConnectionStarted() => _active.Add(1);

    internal void ConnectionEnded(SmtpEndReason reason)
    {
        _active.Add(-1);
        _connections.Add(1, new KeyValuePair<string, object?>("error.type", reason.ToString()));
    }

    internal bool TimesCommands => _commands.Enabled;

    internal void Command(string name, int code, TimeSpan duration) => _commands.Record(duration.TotalSeconds,
        new KeyValuePair<string, object?>("command", name), new KeyValuePair<string, object?>("code", code));

    internal void Transaction(int code, long bytes)
    {
        _transactions.Add(1, new KeyValuePair<string, object?>("code", code));
        _bytes.Add(bytes);
    }

    internal void StartTls(string result) => _tls.Add(1, new KeyValuePair<string, object?>("result", result));
}
