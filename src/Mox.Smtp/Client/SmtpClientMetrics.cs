using System.Diagnostics.Metrics;
using Mox.Smtp.Server;

namespace Mox.Smtp.Client;

/// <summary>The counters of the SMTP client. Tags have few values and never carry an address.</summary>
public sealed class SmtpClientMetrics
{
    private readonly Histogram<double> _commands;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _tls;
    private readonly Counter<long> _bytes;

    /// <summary>Makes the instruments.</summary>
    public SmtpClientMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(SmtpMetrics.Name);
        _commands = meter.CreateHistogram<double>("mox.smtp.client.command.duration", "s", "Time from a command to its reply, by command and code.");
        _connections = meter.CreateCounter<long>("mox.smtp.client.connections", "{connection}", "Connections opened, by error.type.");
        _tls = meter.CreateCounter<long>("mox.smtp.client.tls", "{handshake}", "TLS handshakes, by result.");
        _bytes = meter.CreateCounter<long>("mox.smtp.client.content", "By", "Bytes of message content sent.");
    }

    internal void Command(string name, int code, TimeSpan duration) => _commands.Record(duration.TotalSeconds,
        new KeyValuePair<string, object?>("command", name),
        new KeyValuePair<string, object?>("code", code switch { 0 => "none", < 300 => "2xx", < 400 => "3xx", < 500 => "4xx", _ => "5xx" }));

    internal void Opened(SmtpFailure? failure) =>
        _connections.Add(1, new KeyValuePair<string, object?>("error.type", failure?.Stage.ToString() ?? "none"));

    internal void Handshake(string result) => _tls.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void Content(long bytes) => _bytes.Add(bytes);
}
