using System.Xml.Linq;

namespace Mox.Host.Tests;

/// <summary>
/// Holds who may know whom: the references of the project files against the table of docs/architecture.md.
/// A reference may only go down; a new project gets a row here before it builds green.
/// </summary>
public sealed class LayeringTests
{
    private const string All = "*";

    private static readonly Dictionary<string, string> MayReference = new(StringComparer.Ordinal)
    {
        ["Mox.Addresses"] = "",
        ["Mox.Net"] = "",
        ["Mox.Dns"] = "Addresses",
        ["Mox.Mime"] = "Addresses",
        ["Mox.Config"] = "Addresses",
        ["Mox.EmailAuth"] = "Addresses Dns Mime",
        ["Mox.TransportSecurity"] = "Addresses Dns Net",
        ["Mox.Junk"] = "Mime",
        ["Mox.Store"] = "Addresses Mime Junk Config Net",
        ["Mox.Smtp"] = "Addresses Net Mime TransportSecurity",
        ["Mox.Imap"] = "Addresses Net Mime Store Config",
        ["Mox.Delivery"] = "Smtp Store EmailAuth Dns Config Mime Addresses Net",
        ["Mox.Queue"] = "Smtp Store EmailAuth TransportSecurity Dns Config Mime Net Addresses",
        ["Mox.Web"] = All,
        ["Mox.Host"] = All,
    };

    public static TheoryData<string> Projects => [.. ProjectFiles("src").Select(Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_OfSrc_ReferencesOnlyWhatTheTableAllows(string project)
    {
        Assert.True(MayReference.TryGetValue(project, out string? row), $"{project} has no row in the table of LayeringTests.");
        HashSet<string> allowed = [.. row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"Mox.{name}")];
        string[] refused = [.. References(ProjectFiles("src").Single(file => Name(file) == project))
            .Where(reference => row == All ? reference == "Mox.Host" : !allowed.Contains(reference))];
        Assert.True(refused.Length == 0, $"{project} may not reference {string.Join(", ", refused)}.");
    }

    [Fact]
    public void Projects_OfSrc_ReferenceNothingOfTestsOrBench()
    {
        string[] outside = [.. ProjectFiles("tests").Concat(ProjectFiles("bench")).Select(Name)];
        foreach (string file in ProjectFiles("src"))
        {
            Assert.Empty(References(file).Intersect(outside));
        }
    }

    [Fact]
    public void LoadProgram_References_NothingOfOurs() =>
        Assert.Empty(References(ProjectFiles("bench").Single(file => Name(file) == "Mox.Load")));

    [Fact]
    public void Table_ReadAsAGraph_HasNoCycle()
    {
        HashSet<string> below = [];
        Dictionary<string, string> left = new(MayReference);
        while (left.Count > 0)
        {
            string[] free = [.. left.Where(row => row.Value == All
                ? left.Values.All(other => other == All)
                : row.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(name => below.Contains($"Mox.{name}"))).Select(row => row.Key)];
            Assert.True(free.Length > 0, $"A cycle among {string.Join(", ", left.Keys)}.");
            foreach (string project in free)
            {
                below.Add(project);
                left.Remove(project);
            }
        }
    }

    [Fact]
    public void SqliteAndEntityFramework_AreKnown_ToStoreAndQueueOnly()
    {
        foreach (string file in ProjectFiles("src").Where(file => Name(file) is not ("Mox.Store" or "Mox.Queue")))
        {
            Assert.DoesNotContain(Includes(file, "PackageReference"), package =>
                package.Contains("EntityFramework", StringComparison.Ordinal) || package.Contains("Sqlite", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Solution_Names_EveryProject()
    {
        string solution = File.ReadAllText(Path.Combine(Root(), "MoxNet.sln"));
        foreach (string file in ProjectFiles("src").Concat(ProjectFiles("tests")).Concat(ProjectFiles("bench")))
        {
            Assert.Contains($"{Name(file)}.csproj", solution, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> References(string projectFile) =>
        Includes(projectFile, "ProjectReference").Select(include => Name(include.Replace('\\', '/')));

    private static IEnumerable<string> Includes(string projectFile, string item) =>
        XDocument.Load(projectFile).Descendants().Where(element => element.Name.LocalName == item)
            .Select(element => (string?)element.Attribute("Include") ?? "");

    private static string Name(string projectFile) => Path.GetFileNameWithoutExtension(projectFile);

    private static string[] ProjectFiles(string folder)
    {
        string[] files = Directory.GetFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files;
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MoxNet.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("MoxNet.sln stands in no folder above the test assembly.");
    }
}
