using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Mox.Host.Telemetry;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>An instrument as it is declared where it is made; its description ends with the keys of its attributes: "..., by kind and code."</summary>
internal sealed partial record InstrumentEntry(string Meter, string Name, string Kind, string Unit, string Description, IReadOnlyList<string> Attributes)
{
    /// <summary>Its family at /metrics, and what is appended for samples.</summary>
    public string Prometheus => PrometheusNames.Family(Name, Unit) + (Kind == "counter" ? "_total" : "");

    public static InstrumentEntry Of(Instrument instrument)
    {
        string description = instrument.Description ?? "";
        Match by = AttributeList().Match(description);
        string type = instrument.GetType().Name;
        return new InstrumentEntry(
            instrument.Meter.Name,
            instrument.Name,
            type.Contains("Histogram", StringComparison.Ordinal) ? "histogram"
                : type.Contains("UpDown", StringComparison.Ordinal) ? "up-down counter"
                : type.Contains("Gauge", StringComparison.Ordinal) ? "gauge" : "counter",
            instrument.Unit ?? "",
            by.Success ? description[..by.Index] + "." : description,
            by.Success ? [.. by.Groups[1].Captures.Select(capture => capture.Value)] : []);
    }

    /// <summary>All instruments that the program's libraries can register: each class XMetrics makes those of its library.</summary>
    public static IReadOnlyList<InstrumentEntry> All()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory factory = services.GetRequiredService<IMeterFactory>();
        var found = new List<InstrumentEntry>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    found.Add(Of(instrument));
                }
            },
        };
        listener.Start();
        foreach (ConstructorInfo constructor in MetricsClasses())
        {
            constructor.Invoke([factory]);
        }

        return [.. found.OrderBy(entry => entry.Meter, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private static IEnumerable<ConstructorInfo> MetricsClasses()
    {
        IEnumerable<Assembly> ours = Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileNameWithoutExtension)
            .Where(name => name == "mox" || (name!.StartsWith("Mox.", StringComparison.Ordinal) && !name.EndsWith("Tests", StringComparison.Ordinal)))
            .Select(name => Assembly.Load(name!));
        return ours.SelectMany(assembly => assembly.GetTypes()).Where(type => type.Name.EndsWith("Metrics", StringComparison.Ordinal))
            .Select(type => type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(IMeterFactory)])).OfType<ConstructorInfo>();
    }

    [GeneratedRegex(@", by (?:(?:, | and )?([a-z_]+(?:\.[a-z_]+)*))+\.$")]
    private static partial Regex AttributeList();
}
