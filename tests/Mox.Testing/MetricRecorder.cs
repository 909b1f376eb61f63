using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Mox.Testing;

/// <summary>A meter factory that keeps every measurement of its own meters, and of nobody else's.</summary>
public sealed class MetricRecorder : IMeterFactory
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = new();

    public MetricRecorder()
    {
        _meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<byte>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<short>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<int>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<long>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<float>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<double>((i, v, t, _) => Add(i, v, t));
        _listener.SetMeasurementEventCallback<decimal>((i, v, t, _) => Add(i, (double)v, t));
        _listener.Start();
    }

    /// <summary>What was measured so far, in order.</summary>
    public IReadOnlyList<Measured> All => [.. _measured];

    /// <summary>The sum of an instrument's measurements, of those with the given tags.</summary>
    public double Sum(string instrument, params (string Key, object? Value)[] tags) => Of(instrument, tags).Sum(m => m.Value);

    /// <summary>An instrument's measurements, of those with the given tags.</summary>
    public IReadOnlyList<Measured> Of(string instrument, params (string Key, object? Value)[] tags)
    {
        _listener.RecordObservableInstruments();
        return [.. _measured.Where(m => m.Instrument == instrument && tags.All(t => m.Tags.TryGetValue(t.Key, out var v) && Equals(v, t.Value)))];
    }

    // The extension Create(name) names this factory as the scope; the real factory takes only its own.
    public Meter Create(MeterOptions options) =>
        _meters.Create(new MeterOptions(options.Name) { Version = options.Version, Tags = options.Tags });

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var byKey = new Dictionary<string, object?>();
        foreach (var (key, tag) in tags)
        {
            byKey[key] = tag;
        }

        _measured.Enqueue(new Measured(instrument.Name, value, byKey));
    }
}
