using System.Text;
using Mox.Config.Description;

namespace Mox.Config.Tests;

public class TemplateTests
{
    [Fact]
    public void Template_IsThatOfRepository() =>
        Assert.Equal(ConfigDescription.Template, File.ReadAllText(InRepository("appsettings.json"), Encoding.UTF8));

    [Theory]
    [InlineData(ConfigLoader.StaticFileName)]
    [InlineData(ConfigLoader.DomainsFileName)]
    public void Documentation_HasEveryOption(string file) => Assert.Contains(
        ConfigDescription.Markdown(file), File.ReadAllText(InRepository(Path.Combine("docs", "configuration.md")), Encoding.UTF8), StringComparison.Ordinal);

    [Fact]
    public void Template_LoadsAsItIs()
    {
        MoxConfig config = Configs.Parse(ConfigDescription.StaticTemplate, ConfigDescription.DomainsTemplate);
        Assert.Equal((new LogConfig(), new LimitsConfig(), new QueueConfig(), new TelemetryConfig()), (config.Log, config.Limits, config.Queue, config.Telemetry));
        Assert.Equal(["internal", "public"], config.Listeners.Select(listener => listener.Name));
        Assert.Equal("relay", Assert.Single(config.Accounts["alice"].Routes).Transport);
        Assert.IsType<Resolution.ToAlias>(new AddressResolver(config).Resolve(Configs.Address("sales@example.org").LocalPart, Configs.Address("x@example.org").Domain));
        // The whole of it is an appsettings.json too.
        Assert.Equal(config.Hostname, Configs.Parse(ConfigDescription.Template, ConfigDescription.DomainsTemplate).Hostname);
    }

    [Fact]
    public void Description_HasWhatIsRead_AndNothingElse()
    {
        var asked = new HashSet<string>();
        ConfigLoader.Parse(
            Encoding.UTF8.GetBytes(ConfigDescription.StaticTemplate), Encoding.UTF8.GetBytes(ConfigDescription.DomainsTemplate), Configs.Directory, asked);
        IEnumerable<string> read = asked.Select(Described).Where(path => !path.EndsWith("$schema", StringComparison.Ordinal)).Distinct();
        Assert.Equal(ConfigDescription.Options.Select(option => option.Path).Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Descriptions_SayWhatTheyAre() => Assert.All(ConfigDescription.Options, option =>
    {
        Assert.EndsWith(".", option.Comment, StringComparison.Ordinal);
        Assert.NotEmpty(option.Kind);
        Assert.False(option.IsRequired && option.Default is not null);
    });

    [Fact]
    public void Defaults_AreThoseOfTheModel()
    {
        int compared = 0;
        foreach (ConfigOption option in ConfigDescription.Options.Where(option => option.Default is not null))
        {
            string said = TemplateEdit.Dump(TemplateEdit.Parse(option, option.Default));
            Assert.True(said == TemplateEdit.Dump(TemplateEdit.Parse(option, null)), $"{option.Path} has another default than {option.Default}");
            compared++;
        }

        Assert.True(compared > 40);
    }

    [Fact]
    public void Requireds_AreRequired()
    {
        foreach (ConfigOption option in ConfigDescription.Options.Where(option => option.IsRequired))
        {
            var problems = Assert.Throws<ConfigException>(() => TemplateEdit.Parse(option, null)).Problems;
            Assert.Contains(problems, problem => TemplateEdit.InTemplate(option.Path).StartsWith(problem.Path, StringComparison.Ordinal));
        }
    }

    private static string Described(string path)
    {
        string[] parts = path.Split(':');
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i] switch
            {
                "public" or "internal" or "relay" or "alice" => "NAME",
                "example.org" => "DOMAIN",
                "sales" => "LOCALPART",
                "2026a" => "SELECTOR",
                "0" => "N",
                _ when parts[i].Contains('@', StringComparison.Ordinal) => "ADDRESS",
                _ => parts[i],
            };
        }

        return string.Join(':', parts);
    }

    private static string InRepository(string file)
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "MoxNet.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return Path.Combine(directory, file);
    }
}
