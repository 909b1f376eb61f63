using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mox.Smtp.Server;

/// <summary>The counters of the SMTP server. Tags have few values and never carry an address.</summary>
public sealed class SmtpMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.Smtp";

    /// <summary>Spans of connections and of their mail transactions.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _connections;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _commands;
    private readonly Counter<long> _transactions;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _tls;
    private readonly Counter<long> _logins;

    /// <summary>Makes the instruments.</summary>
    public SmtpMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _connections = meter.CreateCounter<long>("mox.smtp.server.connections", "{connection}", "Connections ended, by kind and error.type.");
        _active = meter.CreateUpDownCounter<long>("mox.smtp.server.active_connections", "{connection}", "Connections open now, by kind.");
        _commands = meter.CreateHistogram<double>("mox.smtp.server.command.duration", "s", "Time from a whole command to its reply, by kind, command and code.");
        _transactions = meter.CreateCounter<long>("mox.smtp.server.transactions", "{transaction}", "Messages received to their end, by kind and code.");
        _bytes = meter.CreateCounter<long>("mox.smtp.server.content", "By", "Bytes of message content received, by kind.");
        _tls = meter.CreateCounter<long>("mox.smtp.server.starttls", "{handshake}", "TLS handshakes, by kind and result.");
        _logins = meter.CreateCounter<long>("mox.smtp.server.logins", "{login}", "Attempts to log in, by outcome.");
    }

    internal bool TimesCommands => _commands.Enabled;

    internal void ConnectionStarted(SmtpServiceKind kind) => _active.Add(1, Tag(kind));

    internal void ConnectionEnded(SmtpServiceKind kind, SmtpEndReason reason)
    {
        _active.Add(-1, Tag(kind));
        _connections.Add(1, Tag(kind), new KeyValuePair<string, object?>("error.type", reason.ToString()));
    }

    internal void Command(SmtpServiceKind kind, string name, int code, TimeSpan duration) => _commands.Record(duration.TotalSeconds,
        Tag(kind), new KeyValuePair<string, object?>("command", name), new KeyValuePair<string, object?>("code", code));

    internal void Transaction(SmtpServiceKind kind, int code, long bytes)
    {
        _transactions.Add(1, Tag(kind), new KeyValuePair<string, object?>("code", code));
        _bytes.Add(bytes, Tag(kind));
    }

    internal void StartTls(SmtpServiceKind kind, string result) => _tls.Add(1, Tag(kind), new KeyValuePair<string, object?>("result", result));

    internal void Login(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static KeyValuePair<string, object?> Tag(SmtpServiceKind kind) => new("kind", kind == SmtpServiceKind.Submit ? "submit" : "deliver");
}
