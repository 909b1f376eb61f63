using System.Text;
using Mox.Addresses;

namespace Mox.Config.Tests;

/// <summary>Configurations from short texts.</summary>
internal static class Configs
{
    public const string Directory = "/etc/mox";

    public const string Static = """
        { "Mox": {
          "Hostname": "mail.example.org",
          "Postmaster": { "Account": "alice" },
          "Listeners": { "public": { "Addresses": [ "0.0.0.0" ], "Hostname": "mx.example.org", "Smtp": {} } },
        } }
        """;

    public const string Domains = """
        {
          "Domains": { "example.org": { "LocalPartSeparators": [ "+" ] } },
          "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
        }
        """;

    public static MoxConfig Parse(string statics, string domains) =>
        ConfigLoader.Parse(Encoding.UTF8.GetBytes(statics), Encoding.UTF8.GetBytes(domains), Directory);

    public static IReadOnlyList<ConfigProblem> Problems(string statics, string domains)
    {
        try
        {
            Parse(statics, domains);
            return [];
        }
        catch (ConfigException e)
        {
            return e.Problems;
        }
    }

    /// <summary>With these options of the section Mox changed or added, by text.</summary>
    public static IReadOnlyList<ConfigProblem> StaticProblems(string from, string to)
    {
        Assert.Contains(from, Static, StringComparison.Ordinal);
        return Problems(Static.Replace(from, to, StringComparison.Ordinal), Domains);
    }

    public static Address Address(string text) => Mox.Addresses.Address.Parse(text);
}
