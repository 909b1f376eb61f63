using System.Diagnostics.Metrics;

namespace Mox.Imap;

/// <summary>The counters of the IMAP server. Tags have few values and never carry an address.</summary>
public sealed class ImapMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Mox.Imap";

    private readonly Counter<long> _connections;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _commands;
    private readonly Counter<long> _logins;

    /// <summary>Makes the instruments.</summary>
    public ImapMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _connections = meter.CreateCounter<long>("mox.imap.connections", "{connection}", "Connections ended, by error.type.");
        _active = meter.CreateUpDownCounter<long>("mox.imap.active_connections", "{connection}", "Connections open now.");
        _commands = meter.CreateHistogram<double>("mox.imap.command.duration", "s", "Time from a whole command to its end, by command and result.");
        _logins = meter.CreateCounter<long>("mox.imap.logins", "{login}", "Attempts to log in, by outcome.");
    }

    internal bool TimesCommands => _commands.Enabled;

    internal void ConnectionStarted() => _active.Add(1);

    internal void ConnectionEnded(ImapEndReason reason)
    {
        _active.Add(-1);
        _connections.Add(1, new KeyValuePair<string, object?>("error.type", reason.ToString()));
    }

    internal void Command(string name, string result, TimeSpan duration) => _commands.Record(duration.TotalSeconds,
        new KeyValuePair<string, object?>("command", name), new KeyValuePair<string, object?>("result", result));

    internal void Login(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
