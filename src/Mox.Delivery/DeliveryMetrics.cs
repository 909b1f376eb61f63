using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mox.Delivery;

/// <summary>The counters of delivery. Tags have few values and never carry an address.</summary>
public sealed class DeliveryMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.Delivery";

    /// <summary>Spans of deliveries.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _recipients;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _senders;
    private readonly Counter<long> _lateChecks;
    private readonly Counter<long> _forgedResults;

    /// <summary>Makes the instruments.</summary>
    public DeliveryMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _deliveries = meter.CreateCounter<long>("mox.delivery.messages", "{message}", "Deliveries of a message to one mailbox, by outcome.");
        _duration = meter.CreateHistogram<double>("mox.delivery.duration", "s", "Time from the end of the content to the answer.");
        _recipients = meter.CreateCounter<long>("mox.delivery.recipients", "{recipient}", "Recipients asked for, by kind.");
        _reports = meter.CreateCounter<long>("mox.delivery.reports", "{report}", "Reports to senders outside, by result.");
        _senders = meter.CreateCounter<long>("mox.delivery.senders.refused", "{transaction}", "Senders refused before the content, by reason.");
        _lateChecks = meter.CreateCounter<long>("mox.delivery.checks.late", "{check}", "Checks of senders that did not end in time, by check.");
        _forgedResults = meter.CreateCounter<long>(
            "mox.delivery.results.forged", "{field}", "Authentication-Results fields taken out since they claimed to be ours.");
    }

    internal void SenderRefused(string reason) => _senders.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void CheckTimedOut(string check) => _lateChecks.Add(1, new KeyValuePair<string, object?>("check", check));

    internal void ResultsForged(int count) => _forgedResults.Add(count);

    internal void Delivery(DeliveryOutcome outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    internal void Recipient(string kind) => _recipients.Add(1, new KeyValuePair<string, object?>("kind", kind));

    internal void Report(string result) => _reports.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void Duration(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
