using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>Dashboard and alerts in deploy/ name only what is measured, with the labels that it has.</summary>
[Collection(OneServerAtATime.Name)]
public sealed partial class DeployedMetricsTests
{
    private static readonly string[] LabelsOfPrometheus = ["le", "job", "instance"];

    [Theory]
    [InlineData("grafana-mox.json", 30)]
    [InlineData("prometheus-rules.yml", 10)]
    public void Expressions_NameMetricsAndLabelsThatExist(string file, int atLeast)
    {
        // What /metrics shows: of the page, the names in the first column and the attributes in the fourth.
        Dictionary<string, HashSet<string>> known = Documented();
        string[] expressions = [.. Expressions(file)];
        Assert.True(expressions.Length >= atLeast);
        Assert.All(expressions, expression =>
        {
            string[] names = [.. MetricName().Matches(expression).Select(match => match.Value).Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal))];
            HashSet<string> labels = [.. LabelsOfPrometheus];
            foreach (string name in names)
            {
                string family = known.ContainsKey(name) ? name : Suffix().Replace(name, "");
                Assert.True(known.TryGetValue(family, out HashSet<string>? own), $"{name} is not in docs/metrics.md");
                labels.UnionWith(own);
            }

            if (names.Length > 0)
            {
                Assert.Empty(Labels(expression).Except(labels));
            }
        });
    }

    [Fact]
    public async Task Expressions_NameMetricsOfDotnetThatExist()
    {
        await using TestServer server = await MetricsPageTests.StartAsync();
        string page = await MetricsPageTests.Client.GetStringAsync(MetricsPageTests.Url(server, "/metrics"));
        string[] names = [.. Expressions("grafana-mox.json").SelectMany(expression => MetricName().Matches(expression)).Select(match => match.Value)
            .Where(name => name.StartsWith("dotnet_", StringComparison.Ordinal)).Distinct()];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"\n# TYPE {name} ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_HaveNameSeverityAndTexts()
    {
        string[] alerts = File.ReadAllText(Repository.File("deploy", "prometheus-rules.yml")).Split("- alert: ")[1..];
        Assert.True(alerts.Length >= 10);
        Assert.Equal(alerts.Length, alerts.Select(alert => alert.Split('\n')[0]).Distinct().Count());
        Assert.All(alerts, alert =>
        {
            Assert.Matches(@"^Mox\w+\n\s+expr: ", alert);
            Assert.Matches(@"labels: \{ severity: (info|warning|critical) \}", alert);
            Assert.Matches(@"summary: "".+""\n\s+description: "".+""", alert);
        });
    }

    private static Dictionary<string, HashSet<string>> Documented() => Row().Matches(File.ReadAllText(Repository.File("docs", "metrics.md"))).ToDictionary(
        row => row.Groups["name"].Value,
        row => row.Groups["attributes"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(attribute => attribute.Trim('`').Replace('.', '_')).ToHashSet());

    private static IEnumerable<string> Expressions(string file)
    {
        string text = File.ReadAllText(Repository.File("deploy", file));
        if (file.EndsWith(".yml", StringComparison.Ordinal))
        {
            return YamlExpression().Matches(text).Select(match => match.Groups[1].Value);
        }

        using JsonDocument dashboard = JsonDocument.Parse(text);
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    private static IEnumerable<string> Labels(string expression) =>
        Matcher().Matches(expression).Select(match => match.Groups[1].Value)
            .Concat(By().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)));

    [GeneratedRegex(@"\b(mox|dotnet)_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^\| `[^`]+`<br>`(?<name>[^`]+)` \| [^|]+ \| [^|]+ \| (?<attributes>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"expr: (?:\|\n)?((?:.|\n)+?)\n\s+(?:for|labels):")]
    private static partial Regex YamlExpression();

    [GeneratedRegex(@"[{,]\s*([a-z_]+)\s*(?:=~|!=|!~|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex By();
}
