using System.Globalization;

namespace Mox.Load;

/// <summary>Appends measures to a file, one a line, and shows them.</summary>
internal sealed class Results(string file)
{
    public void Add(string name, double value)
    {
        string text = value.ToString("0.###", CultureInfo.InvariantCulture);
        File.AppendAllText(file, $"{name}\t{text}\n");
        Console.WriteLine($"  {name,-34} {text}");
    }

    public static double Percentile(List<double> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[Math.Min(values.Count - 1, (int)(share * values.Count))];
    }
}
