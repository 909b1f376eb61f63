using System.Collections.Immutable;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>Reads the two files of a configuration directory, and reports everything that is wrong with them at once.</summary>
public static class ConfigLoader
{
    /// <summary>What needs a restart: section Mox.</summary>
    public const string StaticFileName = "appsettings.json";

    /// <summary>Domains and accounts.</summary>
    public const string DomainsFileName = "domains.json";

    private const long MaxFileBytes = 64L << 20;

    /// <summary>The configuration in this directory; the files that it names are there, and secret ones are closed to others.</summary>
    /// <exception cref="ConfigException">With every problem, also a file that cannot be read.</exception>
    public static MoxConfig Load(string directory)
    {
        string full = Path.GetFullPath(directory);
        string staticFile = Path.Combine(full, StaticFileName);
        string domainsFile = Path.Combine(full, DomainsFileName);
        var problems = new List<ConfigProblem>();
        byte[]? staticJson = ReadFile(staticFile, problems);
        byte[]? domainsJson = ReadFile(domainsFile, problems);
        if (staticJson is null || domainsJson is null)
        {
            throw new ConfigException([.. problems]);
        }

        return Parse(staticJson, domainsJson, full, null, new NamedFiles(static _ => null));
    }

    /// <summary>The configuration that these two texts say. Nothing is read; relative paths are taken from <paramref name="directory"/>.</summary>
    /// <exception cref="ConfigException">With every problem.</exception>
    public static MoxConfig Parse(ReadOnlySpan<byte> staticJson, ReadOnlySpan<byte> domainsJson, string directory) =>
        Parse(staticJson, domainsJson, directory, null);

    /// <summary>Also says which options it knows, in the objects that are there.</summary>
    internal static MoxConfig Parse(
        ReadOnlySpan<byte> staticJson, ReadOnlySpan<byte> domainsJson, string directory, HashSet<string>? asked, NamedFiles? files = null)
    {
        string staticFile = Path.Combine(directory, StaticFileName);
        string domainsFile = Path.Combine(directory, DomainsFileName);
        var problems = new ProblemList(staticFile, domainsFile) { Asked = asked };
        JsonValue? statics = JsonFileReader.Read(staticFile, staticJson, problems.Problems);
        JsonValue? domains = JsonFileReader.Read(domainsFile, domainsJson, problems.Problems);
        if (statics is not null && domains is not null)
        {
            MoxConfig config = new DomainsOptions(problems, directory).Read(domains, new StaticOptions(problems, directory).Read(statics));
            new ConfigValidator(config, problems).Validate();
            files?.Validate(config, problems);
            if (problems.Problems.Count == 0)
            {
                return config;
            }
        }

        throw new ConfigException([.. problems.Problems.OrderBy(p => p.File == staticFile ? 0 : 1).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    /// <summary>The problems of a configuration that was built in code, or changed after reading; empty when it can be used.</summary>
    public static ImmutableArray<ConfigProblem> Validate(MoxConfig config)
    {
        var problems = new ProblemList(StaticFileName, DomainsFileName);
        new ConfigValidator(config, problems).Validate();
        return [.. problems.Problems];
    }

    internal static byte[]? ReadFile(string file, List<ConfigProblem> problems)
    {
        try
        {
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                problems.Add(new ConfigProblem(file, "", 0, 0, "is too large", "a configuration has at most 64 MiB"));
                return null;
            }

            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(new ConfigProblem(file, "", 0, 0, "there is no such file", "create it, or name the directory that has it"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigProblem(file, "", 0, 0, "cannot be read", e.Message));
        }

        return null;
    }
}
