using System.Globalization;
using System.Text;
using System.Text.Json;
using Mox.Addresses;
using Mox.Host.Operations;
using Mox.Queue;
using Mox.Smtp;
using Mox.Store;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>mox queue, with a running server and without.</summary>
public class QueueCommandTests
{
    private const string Columns = "id\tmessage\tsubmitted\taccount\tfrom\tto\tsize\tattempts\tnext\tlast result\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commands_OnMessages_DoWhatTheySay(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning, "a@example.org", "b@example.org", "c@example.net");
        Assert.Equal(["a@example.org held", "b@example.org held", "c@example.net held"], await ListAsync(server));
        Assert.Equal(["a@example.org held"], await ListAsync(server, "--id", "1"));
        Assert.Equal(["a@example.org held", "b@example.org held"], await ListAsync(server, "--to", "example.ORG"));
        Assert.Equal(["a@example.org held", "b@example.org held", "c@example.net held"], await ListAsync(server, "--message", "1"));
        Assert.Empty(await ListAsync(server, "--message", "2"));
        Assert.Equal(["c@example.net held", "b@example.org held", "a@example.org held"], await ListAsync(server, "--descending"));
        Assert.Empty(await ListAsync(server, "--older-than", "1h"));
        Assert.Equal(3, (await ListAsync(server, "--newer-than", "1h", "--held", "--account", "mox", "--from", "mox@")).Count);
        Assert.Empty(await ListAsync(server, "--not-held"));

        string page = (await RunAsync(server, "queue", "list", "--count", "2")).Output;
        Assert.StartsWith(Columns, page, StringComparison.Ordinal);
        string place = page[(page.IndexOf("--after ", StringComparison.Ordinal) + "--after ".Length)..].Trim();
        Assert.Equal(["c@example.net held"], await ListAsync(server, "--after", place));

        CommandResult dump = await RunAsync(server, "queue", "dump", "2");
        Assert.Equal((0, "Received: from here\nSubject: x\n\nHello.\n"), (dump.Code, dump.Output));

        // A time far off, so that the server does not begin with them between two commands.
        await DoAsync(server, "1 let go\n", "queue", "unhold", "--id", "3");
        await DoAsync(server, "{\"messages\":2}\n", "queue", "drop", "--to", "example.org", "--json");
        if (!isRunning)
        {
            Assert.Equal(["c@example.net now"], await ListAsync(server));
            await DoAsync(server, "1 scheduled\n", "queue", "schedule", "--in", "3h", "--all");
            await DoAsync(server, "1 scheduled\n", "queue", "schedule", "--later", "1h", "--all");
            string next = Json(await RunAsync(server, "queue", "list", "--json")).GetProperty("messages")[0].GetProperty("nextAttemptAt").GetString()!;
            TimeSpan away = DateTimeOffset.Parse(next, CultureInfo.InvariantCulture) - DateTimeOffset.Now;
            Assert.InRange(away, TimeSpan.FromHours(3.9), TimeSpan.FromHours(4.1));
            await DoAsync(server, "1 held\n", "queue", "hold", "--due-after", "1h");
            await DoAsync(server, "1 given up\n", "queue", "fail", "--all");
            Assert.Equal(["c@example.net reporting"], await ListAsync(server));
            return;
        }

        // Localserve delivers all that leaves to its own account.
        await EventuallyAsync(async () => (await ListAsync(server)).Count == 0);
        await server.PlayAsync("IMAPS", MailPathTests.Login + "C: a STATUS INBOX (MESSAGES)\nS: * STATUS Inbox (MESSAGES 1)\nS: a OK *");
    }

    [Fact]
    public async Task Fail_RunningServer_SenderGetsAReport()
    {
        await using TestServer server = await StartAsync(isRunning: true, "a@example.org");
        await DoAsync(server, "1 given up\n", "queue", "fail", "--id", "1");
        await EventuallyAsync(async () => (await ListAsync(server)).Count == 0);
        await server.PlayAsync("IMAPS", MailPathTests.Login + """
            C: a SELECT INBOX
            S...
            S: a OK *
            C: b SEARCH FROM postmaster TEXT "a@example.org"
            S: * SEARCH 1
            S: b OK *
            """);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HoldRules_AddedListedRemoved(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning, "a@example.org");
        const string Header = "id\taccount\tsender domain\trecipient domain\n";
        await DoAsync(server, Header + "2\tany\tany\texample.net\n", "queue", "hold-rule", "add", "--recipient-domain", "example.net");
        await DoAsync(server, Header + "1\tany\tany\tany\n2\tany\tany\texample.net\n", "queue", "hold-rule", "list");
        await DoAsync(server, "hold rule 1 removed; what it held stays held: mox queue unhold\n", "queue", "hold-rule", "remove", "1");
        await RefuseAsync(server, "there is no hold rule 1", "queue", "hold-rule", "remove", "1");
        await RefuseAsync(server, "say what is held", "queue", "hold-rule", "add");
        await RefuseAsync(server, "\"no..domain\" is no domain", "queue", "hold-rule", "add", "--sender-domain", "no..domain");
    }

    [Fact]
    public async Task Changes_OfNothingInParticular_AreRefused()
    {
        await using TestServer server = await StartAsync(isRunning: false, "a@example.org");
        foreach (string verb in (string[])["hold", "unhold", "fail", "drop"])
        {
            await RefuseAsync(server, "say which messages", "queue", verb);
        }

        await RefuseAsync(server, "say when", "queue", "schedule", "--all");
        await RefuseAsync(server, "say when", "queue", "schedule", "--all", "--now", "--in", "1h");
        await RefuseAsync(server, "--held and --not-held exclude each other", "queue", "list", "--held", "--not-held");
        await RefuseAsync(server, "\"nowhere\" is no place in the list", "queue", "list", "--after", "nowhere");
        await RefuseAsync(server, "there is no queued message 99", "queue", "dump", "99");
        Assert.Equal(2, (await RunAsync(server, "queue", "list", "--older-than", "yesterday")).Code);
        Assert.Equal(["a@example.org held"], await ListAsync(server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_WithQueuedMessages_HasThem(bool isRunning)
    {
        await using TestServer server = await StartAsync(isRunning, "a@example.org", "b@example.org");
        using var elsewhere = new TempDirectory();
        CommandResult result = await RunAsync(server, "backup", elsewhere["backup"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("queue: 1 messages\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandResult.RunAsync("verifydata", elsewhere["backup"])).Code);
        await using OfflineStore restored = await OfflineStore.OpenAsync(elsewhere["backup", "data"], default);
        MailQueue queue = await restored.QueueAsync(server.Config(0), default);
        QueuePage page = await queue.ListAsync(new QueueFilter(), default, null, 10, default);
        Assert.Equal(["a@example.org", "b@example.org"], page.Messages.Select(message => message.To));
    }

    // Everything is held, so that nothing leaves before a test says so.
    private static async Task<TestServer> StartAsync(bool isRunning, params string[] recipients)
    {
        TestServer server = await TestServer.StartAsync();
        await server.StopAsync();
        await using (OfflineStore store = await OfflineStore.OpenAsync(server.DataDirectory, default))
        {
            MailQueue queue = await store.QueueAsync(server.Config(0), default);
            await queue.AddHoldRuleAsync(new HoldRule(0, null, null, null), default);
            using SpooledMessageWriter spool = store.Accounts.CreateSpool();
            spool.Write(Encoding.ASCII.GetBytes("Subject: x\r\n\r\nHello.\r\n"));
            using SpooledMessage content = spool.Finish();
            await queue.AddAsync(
                new NewQueuedMessage
                {
                    Account = "mox",
                    From = new ReversePath(new SmtpMailbox(Address.Parse("mox@localhost").LocalPart, new SmtpHost(Domain.Parse("localhost")))),
                    SenderDomain = Domain.Parse("localhost"),
                    Content = content,
                    Prefix = "Received: from here\r\n"u8.ToArray(),
                    Recipients = [.. recipients.Select(to => Recipient(to))],
                },
                default);
        }

        if (isRunning)
        {
            await server.StartAgainAsync();
        }

        return server;
    }

    private static RecipientRequest Recipient(string to)
    {
        Address address = Address.Parse(to);
        return new RecipientRequest(new ForwardPath(address.LocalPart, new SmtpHost(address.Domain)));
    }

    private static async Task<IReadOnlyList<string>> ListAsync(TestServer server, params string[] options)
    {
        CommandResult result = await RunAsync(server, ["queue", "list", .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith(Columns, result.Output, StringComparison.Ordinal);
        return [.. result.Output[Columns.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(cells => $"{cells[5]} {cells[8]}")];
    }

    private static JsonElement Json(CommandResult result) => JsonDocument.Parse(result.Output).RootElement;

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; !await condition(); i++)
        {
            Assert.True(i < 500, "it did not happen within 10 s");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static Task<CommandResult> RunAsync(TestServer server, params string[] arguments) =>
        CommandResult.RunAsync([.. arguments, "--config", server.ConfigDirectory]);

    private static async Task DoAsync(TestServer server, string output, params string[] arguments)
    {
        CommandResult result = await RunAsync(server, arguments);
        Assert.Equal((0, output, ""), (result.Code, result.Output, result.Error));
    }

    private static async Task RefuseAsync(TestServer server, string problem, params string[] arguments)
    {
        CommandResult result = await RunAsync(server, arguments);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith($"mox: {problem}", result.Error, StringComparison.Ordinal);
    }
}
