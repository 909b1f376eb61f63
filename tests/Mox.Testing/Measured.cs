namespace Mox.Testing;

/// <summary>One measurement that a <see cref="MetricRecorder"/> kept.</summary>
public sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
