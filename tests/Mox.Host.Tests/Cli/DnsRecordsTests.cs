using System.Text.Json;
using Mox.EmailAuth.Dkim;
using Mox.Host.Tests.Cli.Checks;
using Mox.Testing;

namespace Mox.Host.Tests.Cli;

/// <summary><c>mox dnsrecords</c>, and <c>mox dnscheck</c> of a zone that says what it printed.</summary>
public sealed class DnsRecordsTests : IDisposable
{
    private readonly TempDirectory _config = new();
    private readonly CheckRun _run = new();

    public DnsRecordsTests()
    {
        File.WriteAllText(_config["appsettings.json"], """
            { "Mox": {
              "Hostname": "mx.example.org",
              "Postmaster": { "Account": "alice" },
              "Listeners": { "public": { "Addresses": [ "192.0.2.1" ], "Smtp": {} } },
            } }
            """);
        WriteDomains("""
            "Dkim": { "Selectors": { "one": { "KeyFile": "one.pem" } }, "Sign": [ "one" ] }
            """);
        using DkimPrivateKey key = DkimPrivateKey.Generate(DkimAlgorithm.Rsa);
        _config.WriteSecret("one.pem", key.ToPem());
    }

    [Fact]
    public async Task Records_AsPrinted_PassTheCheck()
    {
        CheckOutput printed = await _run.RunAsync("dnsrecords", "example.org", "--config", _config.Path);
        Assert.Equal((0, ""), (printed.Code, printed.Error));
        Publish(printed.Output);
        (await _run.RunAsync("dnscheck", "example.org", "--config", _config.Path)).Result("pass", 0);
    }

    [Fact]
    public async Task Records_AsJson_SayTheSame()
    {
        JsonElement records = await _run.JsonAsync("dnsrecords", "Example.ORG", "--config", _config.Path);
        Assert.Equal(["MX", "TXT", "TXT", "TXT", "TXT"], records.EnumerateArray().Select(record => record.GetProperty("type").GetString()));
        Assert.Equal(("example.org.", 300, "10 mx.example.org."), (Text(records[0], "name"), records[0].GetProperty("ttl").GetInt32(), Text(records[0], "value")));
        Assert.StartsWith("v=DKIM1;h=sha256;p=", Text(records[3], "value"), StringComparison.Ordinal);
        Assert.NotEmpty(records[3].GetProperty("comments").EnumerateArray());
    }

    [Fact]
    public async Task Check_OfWhatIsMissing_SaysWhatWouldBeRight_AndFails()
    {
        CheckOutput printed = await _run.RunAsync("dnsrecords", "example.org", "--config", _config.Path);
        Publish(printed.Output);
        _run.Dns.Forget("one._domainkey.example.org");
        CheckOutput output = (await _run.RunAsync("dnscheck", "example.org", "--config", _config.Path)).Result("fail", 1);
        Assert.Contains("      there is none", output.Lines);
        Assert.Contains(output.Lines, line => line.StartsWith("      one._domainkey.example.org.", StringComparison.Ordinal));
        JsonElement json = await _run.JsonAsync("dnscheck", "example.org", "--config", _config.Path);
        JsonElement wrong = Assert.Single(json.GetProperty("records").EnumerateArray(), record => Text(record, "result") != "pass");
        Assert.Equal(("fail", "dkim", "one._domainkey.example.org."), (Text(wrong, "result"), Text(wrong, "kind"), Text(wrong, "name")));
        string[] expected = [.. wrong.GetProperty("expected").EnumerateArray().Select(line => line.GetString()!)];
        Assert.Contains(string.Join('\n', expected).Replace("\t", "", StringComparison.Ordinal), printed.Output.Replace("\t", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithoutDns_IsNoPass()
    {
        _run.Dns.Timeout("example.org");
        (await _run.RunAsync("dnscheck", "example.org", "--config", _config.Path)).Result("temperror", 1);
    }

    [Fact]
    public async Task Check_ThatOnlyWarns_IsAPass()
    {
        Publish((await _run.RunAsync("dnsrecords", "example.org", "--config", _config.Path)).Output);
        _run.Dns.Forget("_dmarc.example.org").Txt("_dmarc.example.org", "v=DMARC1; p=none");
        (await _run.RunAsync("dnscheck", "example.org", "--config", _config.Path)).Result("warning", 0);
    }

    [Theory]
    [InlineData("dnsrecords")]
    [InlineData("dnscheck")]
    public async Task DomainOfOthers_IsRefused(string command)
    {
        (await _run.RunAsync(command, "example.net", "--config", _config.Path)).IsRefused("example.net is not one of our domains");
        (await _run.RunAsync(command, "no domain", "--config", _config.Path)).IsRefused("no domain is not one of our domains");
    }

    [Theory]
    [InlineData("dnsrecords")]
    [InlineData("dnscheck")]
    public async Task KeyThatIsNone_IsAProblemOfTheConfiguration(string command)
    {
        _config.WriteSecret("one.pem", "no key");
        CheckOutput output = await _run.RunAsync(command, "example.org", "--config", _config.Path);
        Assert.Equal(1, output.Code);
        Assert.Contains("Domains:example.org:Dkim:Selectors:one:KeyFile", output.Error, StringComparison.Ordinal);
        Assert.Contains("There is no PEM block", output.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DomainWithoutKeys_IsToldSo()
    {
        WriteDomains("");
        CheckOutput output = await _run.RunAsync("dnsrecords", "example.org", "--config", _config.Path);
        Assert.StartsWith("; Nothing signs mail from example.org", output.Lines[^1], StringComparison.Ordinal);
        Publish(output.Output);
        (await _run.RunAsync("dnscheck", "example.org", "--config", _config.Path)).Result("fail", 1);
    }

    public void Dispose() => _config.Dispose();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private void WriteDomains(string options) => File.WriteAllText(_config["domains.json"], $$"""
        {
          "Domains": { "example.org": { {{options}} } },
          "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
        }
        """);

    // What a name server would read of it.
    private void Publish(string zone)
    {
        _run.Dns.Address("mx.example.org", "192.0.2.1");
        string joined = zone.Replace("\n\t\t", " ", StringComparison.Ordinal);
        foreach (string[] fields in joined.Split('\n').Where(line => line.Length > 0 && line[0] != ';').Select(line => line.Split('\t')))
        {
            if (fields[3] == "MX")
            {
                string[] words = fields[4].Split(' ');
                _run.Dns.Mx(fields[0], int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), words[1]);
            }
            else
            {
                _run.Dns.Txt(fields[0], string.Concat(fields[4].Split('"').Where((_, i) => i % 2 == 1)));
            }
        }
    }
}
