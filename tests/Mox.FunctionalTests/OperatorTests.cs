using System.Text.Json;
using Mox.Config;
using Mox.Store;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>The commands that change accounts, addresses, aliases and domains: the same with a running server and on the files alone.</summary>
[Collection(nameof(OperatorTests))]
public class OperatorTests
{
    private const string Prompted = "secret-of-anna";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commands_OfADay_DoWhatTheySay(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning);
        await DoAsync(
            server,
            "domain example.org added; its DNS records: mox dnsrecords example.org; give it addresses with: mox address add ADDRESS ACCOUNT\n",
            "domain", "add", "example.org");
        Assert.Equal(2, Directory.GetFiles(Path.Combine(server.ConfigDirectory, "dkim")).Length);
        await DoAsync(
            server,
            "account anna added, with address anna@example.org; set a password with: mox account set-password anna\n",
            "account", "add", "anna", "anna@example.org");
        await DoAsync(server, "mail for sales@example.org goes to account anna\n", "address", "add", "sales@example.org", "anna", "--mailbox", "Sales");
        await DoAsync(server, "alias team@example.org added\n", "alias", "add", "team@example.org", "anna@example.org", "mox@localhost");
        await DoAsync(server, "mail for team@example.org no longer goes to mox@localhost\n", "alias", "remove-member", "team@example.org", "mox@localhost");
        await DoAsync(server, "mail for team@example.org goes to mox@localhost too\n", "alias", "add-member", "team@example.org", "mox@localhost");
        await DoAsync(
            server, "account\taddresses\tlogins\nanna\tanna@example.org sales@example.org\ttaken\nmox\tmox@localhost\ttaken\n", "account", "list");
        await DoAsync(
            server,
            "address\taccount\tmailbox\nanna@example.org\tanna\tInbox\nsales@example.org\tanna\tSales\nmox@localhost\tmox\tInbox\n",
            "address", "list");
        await DoAsync(server, "alias\tmembers\nteam@example.org\tanna@example.org mox@localhost\n", "alias", "list");
        await DoAsync(server, "domain\taddresses\taliases\tmail\nexample.org\t2\t1\ttaken\nlocalhost\t1\t0\ttaken\n", "domain", "list");
        await DoAsync(server, "mail for and from example.org waits\n", "domain", "disable", "example.org");
        await DoAsync(server, "domain\taddresses\taliases\tmail\nexample.org\t2\t1\twaits\nlocalhost\t1\t0\ttaken\n", "domain", "list");
        await DoAsync(server, "mail for and from example.org is taken\n", "domain", "enable", "example.org");
        await DoAsync(server, "logins of account anna are refused; its mail still comes in\n", "account", "disable", "anna", "call us");
        Assert.Contains("\tanna@example.org sales@example.org\trefused: call us\n", (await RunAsync(server, "account", "list")).Output, StringComparison.Ordinal);
        await DoAsync(server, "account anna may log in\n", "account", "enable", "anna");
        await DoAsync(server, "alias team@example.org removed\n", "alias", "remove", "team@example.org");
        await DoAsync(server, "address sales@example.org removed\n", "address", "remove", "sales@example.org");
        await DoAsync(server, "account anna removed, with its addresses and its mail\n", "account", "remove", "anna", "--yes");
        Assert.Equal(["mox"], Directory.GetDirectories(Path.Combine(server.DataDirectory, "accounts")).Select(Path.GetFileName));
        string old = Path.Combine(server.ConfigDirectory, "dkim", "old");
        await DoAsync(server, $"domain example.org removed, with its aliases; its keys are in {old}\n", "domain", "remove", "example.org");
        Assert.Empty(Directory.GetFiles(Path.Combine(server.ConfigDirectory, "dkim")));
        Assert.Equal(2, Directory.GetFiles(old).Length);
        Assert.Equal(isRunning, AccountStore.IsInUse(server.DataDirectory));
        // Every step is in the history, and what is left is what was there at first.
        Assert.True(Directory.GetFiles(Path.Combine(server.ConfigDirectory, LiveConfig.HistoryDirectoryName)).Length > 10);
        Assert.Equal(LocalserveConfig.DomainsJson, await File.ReadAllTextAsync(Path.Combine(server.ConfigDirectory, ConfigLoader.DomainsFileName)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusals_SayWhy_AndChangeNothing(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning);
        await RefuseAsync(server, "there is already an account mox", "account", "add", "mox", "new@localhost");
        await RefuseAsync(server, "example.org", "account", "add", "anna", "anna@example.org");
        await RefuseAsync(server, "Anna Smith", "account", "add", "Anna Smith", "anna@localhost");
        await RefuseAsync(server, "mox@localhost", "account", "add", "anna", "mox@localhost");
        await RefuseAsync(server, "nobody", "account", "remove", "nobody", "--yes");
        await RefuseAsync(server, "nobody", "account", "disable", "nobody");
        await RefuseAsync(server, "nobody", "address", "add", "a@localhost", "nobody");
        await RefuseAsync(server, "nobody@localhost", "address", "remove", "nobody@localhost");
        await RefuseAsync(server, "nobody@localhost", "alias", "add", "team@localhost", "nobody@localhost");
        await RefuseAsync(server, "team@localhost", "alias", "remove", "team@localhost");
        await RefuseAsync(server, "localhost", "domain", "add", "localhost");
        await RefuseAsync(server, "mox@localhost", "domain", "remove", "localhost");
        await RefuseAsync(server, "no..name", "domain", "add", "no..name");
        // The account of the postmaster.
        await RefuseAsync(server, "Postmaster", "account", "remove", "mox", "--yes");
        Assert.True(Directory.Exists(Path.Combine(server.DataDirectory, "accounts", "mox")));
        Assert.Equal(LocalserveConfig.DomainsJson, await File.ReadAllTextAsync(Path.Combine(server.ConfigDirectory, ConfigLoader.DomainsFileName)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SetPassword_FromInputOrGenerated_LogsIn(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning);
        await DoAsync(server, null, "account", "add", "anna", "anna@localhost");
        await TypeAsync(Prompted + "\n", async () => await DoAsync(server, "password of account anna set\n", "account", "set-password", "anna"));
        CommandResult generated = await RunAsync(server, "account", "set-password", "mox", "--generate");
        Assert.Equal(0, generated.Code);
        string password = generated.Output.Split('\n')[1];
        Assert.True(password.Length >= 20);
        if (!isRunning)
        {
            await server.StartAgainAsync();
        }

        await server.PlayAsync("IMAPS", $"S: * OK *\nC: a LOGIN anna@localhost {Prompted}\nS: a OK *");
        await server.PlayAsync("IMAPS", $"S: * OK *\nC: a LOGIN mox@localhost {password}\nS: a OK *");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SetPassword_BadInput_IsRefused(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning);
        await TypeAsync("", () => RefuseAsync(server, "standard input has no password", "account", "set-password", "mox"));
        await TypeAsync("short\n", () => RefuseAsync(server, "a password has at least 8 characters", "account", "set-password", "mox"));
        await TypeAsync("bell\u0007bell\n", () => RefuseAsync(server, "control characters", "account", "set-password", "mox"));
        await TypeAsync("long-enough\n", () => RefuseAsync(server, "nobody", "account", "set-password", "nobody"));
    }

    [Fact]
    public async Task List_AsJson_IsTheSameData()
    {
        await using TestServer server = await StartAsync(isRunning: true);
        CommandResult result = await RunAsync(server, "account", "list", "--json");
        Assert.Equal("[{\"account\":\"mox\",\"addresses\":[\"mox@localhost\"]}]\n", result.Output);
        Assert.Equal(1, JsonDocument.Parse((await RunAsync(server, "domain", "list", "--json")).Output).RootElement[0].GetProperty("addresses").GetInt32());
    }

    [Fact]
    public async Task Removed_AccountInUse_EndsItsSessionAndIsLogged()
    {
        await using TestServer server = await StartAsync(isRunning: true);
        await DoAsync(server, null, "account", "add", "anna", "anna@localhost");
        await TypeAsync(Prompted + "\n", async () => await DoAsync(server, null, "account", "set-password", "anna"));
        await using LineClient client = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(client, $"S: * OK *\nC: a LOGIN anna@localhost {Prompted}\nS: a OK *\nC: b SELECT INBOX\nS...\nS: b OK *");
        await DoAsync(server, null, "account", "remove", "anna", "--yes");
        await Transcript.RunAsync(client, "S: * BYE this account can no longer log in\nS: <eof>");
        await server.PlayAsync("IMAPS", $"S: * OK *\nC: a LOGIN anna@localhost {Prompted}\nS: a NO *");
        await DoAsync(server, null, "account", "add", "anna", "anna@localhost");
        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("account remove anna", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_AccountWithMailOfAnEarlierOne_IsRefused()
    {
        await using TestServer server = await StartAsync(isRunning: false);
        string earlier = Path.Combine(server.DataDirectory, "accounts", "anna");
        Directory.CreateDirectory(earlier);
        await RefuseAsync(server, "there is mail of an earlier account anna", "account", "add", "anna", "anna@localhost");
    }

    [Fact]
    public async Task Reload_OfFileWithProblems_NamesThem()
    {
        await using TestServer server = await StartAsync(isRunning: true);
        await DoAsync(server, "reloaded\n", "reload");
        await File.WriteAllTextAsync(Path.Combine(server.ConfigDirectory, ConfigLoader.DomainsFileName), "{ \"Domain\": {} }");
        CommandResult result = await RunAsync(server, "reload");
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Contains($"mox: {Path.Combine(server.ConfigDirectory, ConfigLoader.DomainsFileName)}(1,3): ", result.Error, StringComparison.Ordinal);
        Assert.All(result.Error.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("mox: ", line, StringComparison.Ordinal));
        // What ran before goes on.
        Assert.Equal(0, (await RunAsync(server, "account", "list")).Code);
        await server.StopAsync();
        Assert.Contains("no server is running", (await RunAsync(server, "reload")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WhileServerStarts_DoesNotTouchItsFiles()
    {
        await using TestServer server = await StartAsync(isRunning: true);
        File.Move(Path.Combine(server.DataDirectory, "ctl"), Path.Combine(server.DataDirectory, "away"));
        await RefuseAsync(server, "is in use by another process", "account", "add", "anna", "anna@localhost");
        File.Move(Path.Combine(server.DataDirectory, "away"), Path.Combine(server.DataDirectory, "ctl"));
        Assert.Equal(0, (await RunAsync(server, "account", "list")).Code);
    }

    private static async Task<TestServer> StartAsync(bool isRunning)
    {
        var server = new TestServer { IsOnFiles = true, IsLocalserve = false };
        await server.StartAgainAsync();
        if (!isRunning)
        {
            await server.StopAsync();
        }

        return server;
    }

    private static Task<CommandResult> RunAsync(TestServer server, params string[] arguments) =>
        CommandResult.RunAsync([.. arguments, "--config", server.ConfigDirectory]);

    private static async Task DoAsync(TestServer server, string? output, params string[] arguments)
    {
        CommandResult result = await RunAsync(server, arguments);
        Assert.Equal((0, output ?? result.Output, ""), (result.Code, result.Output, result.Error));
    }

    private static async Task RefuseAsync(TestServer server, string problem, params string[] arguments)
    {
        CommandResult result = await RunAsync(server, arguments);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith("mox: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    // Standard input is the process's: the tests of this class run one after the other.
    private static async Task TypeAsync(string input, Func<Task> run)
    {
        TextReader before = Console.In;
        Console.SetIn(new StringReader(input));
        try
        {
            await run();
        }
        finally
        {
            Console.SetIn(before);
        }
    }
}
