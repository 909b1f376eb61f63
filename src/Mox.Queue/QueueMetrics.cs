using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mox.EmailAuth.Dkim;
using Mox.Smtp;

namespace Mox.Queue;

/// <summary>The counters of the queue. Tags have few values and never carry an address.</summary>
public sealed class QueueMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.Queue";

    /// <summary>Spans of submissions and attempts.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Counter<long> _submissions;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _reports;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _age;
    private readonly Histogram<int> _groups;
    private readonly Counter<long> _signatures;
    private readonly Histogram<double> _signing;
    private Func<IReadOnlyDictionary<QueueState, long>> _states = static () => new Dictionary<QueueState, long>();
    private long _length;
    private int _active;

    /// <summary>Makes the instruments.</summary>
    public QueueMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _submissions = meter.CreateCounter<long>("mox.queue.submissions", "{message}", "Messages that users sent, by result.");
        _attempts = meter.CreateCounter<long>("mox.queue.attempts", "{recipient}", "Recipients of attempts, by transport and result.");
        _duration = meter.CreateHistogram<double>("mox.queue.delivery.duration", "s", "Time of one attempt, by transport and result.");
        _age = meter.CreateHistogram<double>("mox.queue.transit.duration", "s", "Time from submission to the delivery of a recipient.");
        _reports = meter.CreateCounter<long>("mox.queue.reports", "{report}", "Delivery reports to senders, by action.");
        _signatures = meter.CreateCounter<long>("mox.queue.signatures", "{signature}", "DKIM signatures of mail that leaves, by algorithm and result.");
        _signing = meter.CreateHistogram<double>("mox.queue.signing.duration", "s", "Time to sign a message with all keys of its domain.");
        _groups = meter.CreateHistogram<int>("mox.queue.commit.operations", "{operation}", "Writes that were committed together.");
        meter.CreateObservableUpDownCounter<long>("mox.queue.recipients", States, "{recipient}", "Recipients in the queue, by state.");
        meter.CreateObservableUpDownCounter("mox.queue.active", () => Volatile.Read(ref _active), "{attempt}", "Attempts and reports that are running.");
    }

    /// <summary>Recipients in the queue.</summary>
    internal long Length => Volatile.Read(ref _length);

    internal void Submitted() => _submissions.Add(1, new KeyValuePair<string, object?>("result", "queued"));

    internal void Refused(SmtpReply reply) => _submissions.Add(1, new KeyValuePair<string, object?>("result", reply.IsPermanent ? "refused" : "deferred"));

    internal void Recipient(string transport, OutcomeKind outcome) => _attempts.Add(
        1, new KeyValuePair<string, object?>("transport", transport), new KeyValuePair<string, object?>("result", outcome.ToString()));

    internal void Reported(string action) => _reports.Add(1, new KeyValuePair<string, object?>("action", action));

    internal void Attempted(string transport, TransportResult result, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("transport", transport), new KeyValuePair<string, object?>("result", Result(result.Recipients)));

    internal void Delivered(TimeSpan age) => _age.Record(Math.Max(0, age.TotalSeconds));

    internal void SignatureMade(DkimAlgorithm algorithm) => _signatures.Add(
        1, new KeyValuePair<string, object?>("algorithm", algorithm.ToString()), new KeyValuePair<string, object?>("result", "signed"));

    // What kind of key it is, only a key that can be read says.
    internal void SignatureFailed() => _signatures.Add(
        1, new KeyValuePair<string, object?>("algorithm", "Unknown"), new KeyValuePair<string, object?>("result", "failed"));

    internal void Signed(TimeSpan duration) => _signing.Record(duration.TotalSeconds);

    internal void GroupCommitted(int operations) => _groups.Record(operations);

    internal void SetLength(long length) => Volatile.Write(ref _length, length);

    internal void AddLength(long change) => Interlocked.Add(ref _length, change);

    internal void Active(int change) => Interlocked.Add(ref _active, change);

    /// <summary>Who knows how many recipients there are in each state; asked when somebody reads the metric.</summary>
    internal void CountBy(Func<IReadOnlyDictionary<QueueState, long>> states) => _states = states;

    // All states always: one that nobody is in counts zero.
    private IEnumerable<Measurement<long>> States()
    {
        IReadOnlyDictionary<QueueState, long> counts = _states();
        return Enum.GetValues<QueueState>().Select(
            state => new Measurement<long>(counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state.ToString())));
    }

    private static string Result(IReadOnlyList<RecipientOutcome> outcomes)
    {
        int sent = outcomes.Count(outcome => outcome.IsSuccess);
        return sent == outcomes.Count ? "Sent" : sent > 0 ? "Partial" : outcomes.Any(outcome => outcome.Kind == OutcomeKind.Temporary) ? "Temporary" : "Permanent";
    }
}
