using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mox.EmailAuth;

/// <summary>The instruments of mail authentication. Tags have few values and never carry a domain.</summary>
public sealed class EmailAuthMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Mox.EmailAuth";

    /// <summary>Spans of checks.</summary>
    internal static readonly ActivitySource Activities = new(Name);

    private readonly Histogram<double> _checks;

    /// <summary>Makes the instruments.</summary>
    public EmailAuthMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _checks = meter.CreateHistogram<double>("mox.auth.check.duration", "s", "Checks of who sent a message and how long they took, by method and result.");
    }

    internal void Checked(string method, string result, TimeSpan duration) => _checks.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("result", result));
}
