using System.Net;
using System.Text.RegularExpressions;

namespace Mox.FunctionalTests;

/// <summary>deploy/fail2ban/filter.d/mox.conf, read as fail2ban reads it: the date is cut out of a line, then a failregex finds the host.</summary>
internal sealed partial class Fail2BanFilter
{
    private readonly Regex[] _dates;
    private readonly Regex[] _failures;

    public Fail2BanFilter()
    {
        var options = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? last = null;
        foreach (string line in File.ReadLines(Repository.File("deploy", "fail2ban", "filter.d", "mox.conf")))
        {
            if (OptionLine().Match(line) is { Success: true } option)
            {
                options[option.Groups[1].Value] = last = [option.Groups[2].Value];
            }
            else if (line.StartsWith(' '))
            {
                last!.Add(line.Trim());
            }
        }

        _dates = [.. options["datepattern"].Select(pattern => new Regex(pattern
            .Replace("%%Y-%%m-%%dT%%H:%%M:%%S", @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", StringComparison.Ordinal)
            .Replace("%%f", @"\d{1,6}", StringComparison.Ordinal).Replace("%%z", "Z", StringComparison.Ordinal)))];
        _failures = [.. options["failregex"].Select(pattern => new Regex(Interpolation().Replace(pattern, name => name.Groups[1].Value == "__prefix_line"
                ? @"(?:\S+ mox\[\d+\]: )?"
                : options[name.Groups[1].Value][0])
            .Replace("<HOST>", @"(?<host>[\da-fA-F:.]+)", StringComparison.Ordinal)))];
    }

    /// <summary>Whom a line of a file accuses, or null.</summary>
    public IPAddress? HostIn(string line)
    {
        Match date = _dates.Select(pattern => pattern.Match(line)).FirstOrDefault(match => match.Success)
            ?? throw new InvalidDataException($"no date: {line}");
        return Find(line.Remove(date.Index, date.Length));
    }

    /// <summary>The same of a line as the journal gives it: who said it goes before, and the date is not cut out.</summary>
    public IPAddress? HostInJournal(string line) => Find($"mail mox[123]: {line}");

    private IPAddress? Find(string line) =>
        _failures.Select(pattern => pattern.Match(line)).FirstOrDefault(match => match.Success) is { } found ? IPAddress.Parse(found.Groups["host"].Value) : null;

    [GeneratedRegex(@"^(\w+) = ?(.*)$")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"%\((\w+)\)s")]
    private static partial Regex Interpolation();
}
