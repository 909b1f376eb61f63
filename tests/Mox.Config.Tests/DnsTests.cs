namespace Mox.Config.Tests;

public class DnsTests
{
    [Fact]
    public void Servers_AreReadInTheirOrder_WithOrWithoutPort()
    {
        DnsConfig dns = Parse("""{ "Servers": [ "127.0.0.1", "[::1]:5353", "::1", "192.0.2.1:54" ], "TrustAuthenticData": true }""").Dns;
        Assert.Equal(["127.0.0.1:53", "[::1]:5353", "[::1]:53", "192.0.2.1:54"], dns.Servers.Select(server => server.ToString()));
        Assert.True(dns.TrustAuthenticData);
    }

    [Fact]
    public void Dns_ThatIsNotThere_IsTheSystems() => Assert.Equal(
        (true, false), (Configs.Parse(Configs.Static, Configs.Domains).Dns.Servers.IsEmpty, Configs.Parse(Configs.Static, Configs.Domains).Dns.TrustAuthenticData));

    [Theory]
    [InlineData("\"dns.example\"", "is no server")]
    [InlineData("\"\"", "is no server")]
    [InlineData("\"127.1\"", "is no server")]
    [InlineData("\"127.0.0.1:0\"", "is no server")]
    [InlineData("\"127.0.0.1:70000\"", "is no server")]
    [InlineData("\"0x7f.0.0.1:53\"", "is no server")]
    [InlineData("\"::1\", \"::2\", \"::3\", \"::4\", \"::5\", \"::6\", \"::7\", \"::8\", \"::9\"", "there are 9 servers")]
    public void Servers_ThatAreNone_AreAProblem(string servers, string problem)
    {
        var found = Assert.Single(Configs.StaticProblems("\"Postmaster\"", $"\"Dns\": {{ \"Servers\": [ {servers} ] }}, \"Postmaster\""));
        Assert.Equal("Mox:Dns:Servers", found.Path);
        Assert.Contains(problem, found.Message, StringComparison.Ordinal);
    }

    private static MoxConfig Parse(string dns) =>
        Configs.Parse(Configs.Static.Replace("\"Postmaster\"", $"\"Dns\": {dns}, \"Postmaster\"", StringComparison.Ordinal), Configs.Domains);
}
