using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>A server follows its configuration: what changes counts for the next command that asks.</summary>
public class LiveConfigurationTests
{
    private const string Greet = "S: 220 *\nC: EHLO client.example\nS...\nS: 250 *";

    [Fact]
    public async Task Account_AddedAndRemoved_TakesMailAndLoginsWhileItIsThere()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient smtp = await server.ConnectAsync("SMTP");
        await Transcript.RunAsync(smtp, Greet);
        Assert.Equal("NO", await LoginAsync(server, "anna"));
        MoxConfig before = server.Live.Current;

        server.Live.Replace(WithAccounts.Add(before));
        await MadeAsync(server, "anna");
        await Transcript.RunAsync(smtp, Mail("anna"));
        Assert.Equal("OK", await LoginAsync(server, "anna"));
        Assert.Single(Directory.GetFiles(Path.Combine(server.DataDirectory, "accounts", "anna", "msg"), "*", SearchOption.AllDirectories));

        server.Live.Replace(before);
        Assert.Equal("NO", await LoginAsync(server, "anna"));
        // Localserve has an account for everybody else.
        await Transcript.RunAsync(smtp, Mail("anna"));
        Assert.Single(Directory.GetFiles(Path.Combine(server.DataDirectory, "accounts", "anna", "msg"), "*", SearchOption.AllDirectories));
        LogEntry removed = Assert.Single(server.Log.Entries, entry => entry.Message.Contains("no longer configured", StringComparison.Ordinal) && entry.Message.Contains("account=anna", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, removed.Level);
    }

    [Fact]
    public async Task Login_Disabled_IsRefusedUntilEnabled()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("OK", await LoginAsync(server, "mox"));
        MoxConfig before = server.Live.Current;
        server.Live.Replace(WithAccount(before, account => account with { LoginDisabled = "pay your bill" }));
        Assert.Equal("NO", await LoginAsync(server, "mox"));
        server.Live.Replace(before);
        Assert.Equal("OK", await LoginAsync(server, "mox"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Account_RemovedOrDisabled_EndsItsConnectionsAndNoOthers(bool isRemoved)
    {
        MoxConfig? without = null;
        await using TestServer server = await TestServer.StartAsync(config => WithAccounts.Add(without = config));
        string login = MailPathTests.Login.Replace("mox@", "anna@", StringComparison.Ordinal);
        await using LineClient idle = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(idle, login + "C: a SELECT INBOX\nS...\nS: a OK *\nC: b IDLE\nS: + *");
        await using LineClient waiting = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(waiting, login + "C: a NOOP\nS: a OK *");
        await using LineClient sending = await server.ConnectAsync("submissions");
        await Transcript.RunAsync(sending, $"{Greet}\nC: AUTH PLAIN {Convert.ToBase64String("\0anna@localhost\0moxmoxmox"u8)}\nS: 235 *");
        await using LineClient other = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(other, MailPathTests.Login);
        MoxConfig config = server.Live.Current;
        server.Live.Replace(isRemoved
            ? without!
            : config with { Accounts = config.Accounts.SetItem("anna", config.Accounts["anna"] with { LoginDisabled = "gone" }) });
        await Transcript.RunAsync(idle, "S: * BYE this account can no longer log in\nS: <eof>");
        await Transcript.RunAsync(waiting, "S: * BYE this account can no longer log in\nS: <eof>");
        await Transcript.RunAsync(sending, "S: 421 4.7.0 this account can no longer log in, *\nS: <eof>");
        await Transcript.RunAsync(other, "C: z NOOP\nS: z OK *");
        // The clients may see their end before it is logged.
        Assert.True(SpinWait.SpinUntil(
            () => server.Log.Entries.Any(entry => entry.Message.StartsWith("connections of accounts that may not log in any more ended count=", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Quota_Lowered_RefusesTheNextMessage()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient smtp = await server.ConnectAsync("SMTP");
        await Transcript.RunAsync(smtp, Greet + "\n" + Mail("mox"));
        server.Live.Replace(WithAccount(server.Live.Current, account => account with { QuotaBytes = 10 }));
        await Transcript.RunAsync(smtp, "C: MAIL FROM:<a@example.org>\nS: 250 *\nC: RCPT TO:<mox@localhost>\nS: 452 *");
    }

    [Fact]
    public async Task QuotaOfMessages_HoldsForDeliveryAndAppend_UntilItIsRaised()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.Live.Replace(WithAccount(server.Live.Current, account => account with { QuotaMessages = 1 }));
        await using LineClient smtp = await server.ConnectAsync("SMTP");
        await Transcript.RunAsync(smtp, $"{Greet}\n{Mail("mox")}\nC: MAIL FROM:<a@example.org>\nS: 250 *\nC: RCPT TO:<mox@localhost>\nS: 452 *");
        await using LineClient imap = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(imap, MailPathTests.Login + """

            C: a GETQUOTAROOT INBOX
            S: * QUOTAROOT Inbox ""
            S: * QUOTA "" (MESSAGE 1 1)
            S: a OK *
            C: b APPEND Drafts {6}
            S: b NO [OVERQUOTA] *
            """);
        server.Live.Replace(WithAccount(server.Live.Current, account => account with { QuotaMessages = 2 }));
        await Transcript.RunAsync(imap, """
            C: c APPEND Drafts {6+}
            C: a: b
            C:
            S: c OK [APPENDUID *
            C: d GETQUOTA ""
            S: * QUOTA "" (MESSAGE 2 2)
            S: d OK *
            """);
    }

    [Fact]
    public async Task Capability_Disabled_IsNotAnnouncedAfterTheNextLogin()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Contains("CONDSTORE", await CapabilitiesAsync(server), StringComparison.Ordinal);
        server.Live.Replace(WithAccount(server.Live.Current, account => account with { ImapCapabilitiesDisabled = ["CONDSTORE"] }));
        Assert.DoesNotContain("CONDSTORE", await CapabilitiesAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_Disabled_GetsTemporaryErrors()
    {
        await using TestServer server = await TestServer.StartAsync();
        MoxConfig config = server.Live.Current;
        Domain localhost = Domain.Parse("localhost");
        server.Live.Replace(config with { Domains = config.Domains.SetItem(localhost, config.Domains[localhost] with { Disabled = true }) });
        await server.PlayAsync("SMTP", Greet + "\nC: MAIL FROM:<a@example.org>\nS: 250 *\nC: RCPT TO:<mox@localhost>\nS: 450 4.2.1 *");
    }

    private static string Mail(string to) => $"""
        C: MAIL FROM:<a@example.org>
        S: 250 *
        C: RCPT TO:<{to}@localhost>
        S: 250 *
        C: DATA
        S: 354 *
        C: Subject: hello
        C:
        C: hello {to}
        C: .
        S: 250 *
        """;

    private static MoxConfig WithAccount(MoxConfig config, Func<AccountConfig, AccountConfig> change) =>
        config with { Accounts = config.Accounts.SetItem("mox", change(config.Accounts["mox"])) };

    private static async Task<string> LoginAsync(TestServer server, string account)
    {
        await using LineClient client = await server.ConnectAsync("IMAPS");
        await client.ReadLineAsync();
        await client.SendLineAsync($"a LOGIN {account}@localhost moxmoxmox");
        string? line;
        do
        {
            line = await client.ReadLineAsync();
        }
        while (line is not null && !line.StartsWith("a ", StringComparison.Ordinal));
        return line?.Split(' ')[1] ?? "closed";
    }

    private static async Task<string> CapabilitiesAsync(TestServer server)
    {
        await using LineClient client = await server.ConnectAsync("IMAPS");
        await client.ReadLineAsync();
        await client.SendLineAsync("a LOGIN mox@localhost moxmoxmox");
        while (await client.ReadLineAsync() is { } line && !line.StartsWith("a OK", StringComparison.Ordinal))
        {
        }

        await client.SendLineAsync("b CAPABILITY");
        return await client.ReadLineAsync() ?? "";
    }

    // It is made in the background; the log says when, with its password.
    private static async Task MadeAsync(TestServer server, string account)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await LoginAsync(server, account) != "OK")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }
}
