using System.Globalization;

namespace Mox.Load;

/// <summary>A Markdown table of the medians of some rounds; with two or more servers, the first's ratio to the last.</summary>
internal static class Report
{
    private static readonly (string Suffix, string Unit, bool HigherIsBetter)[] Units =
    [
        (".mb_s", "MB/s", true), (".per_s", "/s", true), (".per_message", "a message", false), ("_ms", "ms", false), (".ms", "ms", false),
        (".mib", "MiB", false), ("_kib", "KiB", false),
    ];

    public static int Run(string[] servers)
    {
        (string Name, Dictionary<string, List<double>> Values)[] columns =
            [.. servers.Select(server => server.Split('=', 2)).Select(pair => (pair[0], Read(pair[1].Split(','))))];
        Console.WriteLine($"| measure | {string.Join(" | ", columns.Select(column => column.Name))} | unit |{(columns.Length > 1 ? " ratio |" : "")}");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length))}---|{(columns.Length > 1 ? "---:|" : "")}");
        foreach (string measure in columns.SelectMany(column => column.Values.Keys).Distinct())
        {
            (string suffix, string unit, bool higher) = Units.FirstOrDefault(unit => measure.EndsWith(unit.Suffix, StringComparison.Ordinal));
            double[] medians = [.. columns.Select(column => column.Values.TryGetValue(measure, out List<double>? all) ? Median(all) : double.NaN)];
            double ratio = higher ? medians[0] / medians[^1] : medians[^1] / medians[0];
            Console.WriteLine($"| {measure[..^(suffix?.Length ?? 0)]} | {string.Join(" | ", medians.Select(Show))} | {unit} |{(columns.Length > 1 ? $" {Show(ratio)} |" : "")}");
        }

        return 0;
    }

    private static Dictionary<string, List<double>> Read(string[] files)
    {
        Dictionary<string, List<double>> values = [];
        foreach (string line in files.Where(File.Exists).SelectMany(File.ReadLines))
        {
            string[] field = line.Split('\t');
            if (!values.TryGetValue(field[0], out List<double>? all))
            {
                values[field[0]] = all = [];
            }

            all.Add(double.Parse(field[1], CultureInfo.InvariantCulture));
        }

        return values;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Show(double value) =>
        double.IsNaN(value) || double.IsInfinity(value) ? "" : value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
