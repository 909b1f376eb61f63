using System.Text;
using Mox.Testing;

namespace Mox.Config.Tests.Live;

/// <summary>A configuration directory with the short texts of <see cref="Configs"/>, a clock, and what is logged.</summary>
internal sealed class ConfigDirectory : IDisposable
{
    private readonly TempDirectory _directory = new();

    public ConfigDirectory(string domains = Configs.Domains, string statics = Configs.Static)
    {
        File.WriteAllText(StaticFile, statics, Encoding.UTF8);
        WriteDomains(domains);
    }

    public string Path => _directory.Path;

    public string StaticFile => _directory[ConfigLoader.StaticFileName];

    public string DomainsFile => _directory[ConfigLoader.DomainsFileName];

    public ManualTimeProvider Time { get; } = new();

    public RecordingLogger Log { get; } = new();

    public string Domains => File.ReadAllText(DomainsFile);

    /// <summary>The versions kept, the oldest first.</summary>
    public IReadOnlyList<string> History => Directory.Exists(_directory["history"])
        ? [.. Directory.GetFiles(_directory["history"]).Order(StringComparer.Ordinal).Select(File.ReadAllText)]
        : [];

    public LiveConfig Open(Func<MoxConfig, MoxConfig>? adjust = null, ConfigFileSystem? fileSystem = null) => LiveConfig.Open(
        Path, new LiveConfigOptions { Time = Time, Adjust = adjust ?? (config => config), FileSystem = fileSystem ?? new ConfigFileSystem() });

    /// <summary>Watched, as by a server.</summary>
    public LiveConfig OpenAndWatch()
    {
        LiveConfig live = Open();
        live.Watch(Log);
        return live;
    }

    public void WriteDomains(string text) => File.WriteAllText(DomainsFile, text, new UTF8Encoding(false));

    /// <summary>Two looks at the files: one sees the change, the next that it is done.</summary>
    public void LetLook() => Time.Advance(TimeSpan.FromSeconds(2));

    public void Dispose() => _directory.Dispose();
}
