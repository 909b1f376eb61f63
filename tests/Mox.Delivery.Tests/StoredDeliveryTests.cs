using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.EmailAuth;
using Mox.Net;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;
using Mox.Testing;

namespace Mox.Delivery.Tests;

/// <summary>The whole way in: the real SMTP handler, real delivery, a real store on disk, checked for consistency at the end.</summary>
public sealed class StoredDeliveryTests : IAsyncLifetime, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerProvider _logs = new() { MinLevel = LogLevel.Debug };
    private readonly MetricRecorder _metrics = new();
    private long? _quota;
    private long? _quotaMessages;
    private AccountStore _store = null!;
    private SmtpConnectionHandler _smtp = null!;

    public async Task InitializeAsync()
    {
        var options = new StoreOptions { DataDirectory = _directory["data"], ScramIterations = 10, QuotaBytes = _ => _quota, QuotaMessages = _ => _quotaMessages };
        _store = await AccountStore.StartAsync(options, _time, _logs, _metrics, default);
        await _store.CreateAsync("alice", InitialMailboxes.Default, default);
        await _store.CreateAsync("bob", InitialMailboxes.Default, default);
        var services = new DeliveryServices
        {
            Accounts = _store,
            Recipients = new ConfiguredRecipients(LiveConfig.Fixed(DeliveryFixture.Config)),
            Dns = DeliveryFixture.Names(_time).Txt("open.example", "v=spf1 +all").Address("open.example", "192.0.2.7"),
            AuthMetrics = new EmailAuthMetrics(_metrics),
            Metrics = new DeliveryMetrics(_metrics),
            Time = _time,
        };
        var mail = new InboundMail(services, new DeliveryOptions { Limits = false }, new RecordingLogger<InboundMail>(_logs));
        _smtp = new SmtpConnectionHandler(new SmtpServices
        {
            Inbound = mail,
            ConnectionIds = new ConnectionIdSource(_time),
            ReceivedIds = new ReceivedIdCipher(ReceivedIdCipher.NewKey()),
            Metrics = new SmtpMetrics(_metrics),
            Time = _time,
        }, new SmtpOptions { Hostname = "mail.example", Limits = false }, new RecordingLogger<SmtpConnectionHandler>(_logs));
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Assert.Empty(await ConsistencyChecker.CheckDataDirectoryAsync(_directory["data"], default));
        Assert.Empty(Directory.EnumerateFiles(_directory["data", "tmp"]));
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _logs.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Message_ToTwoAccounts_IsInBothWithItsHeaderBlock()
    {
        await using (var connection = FakeConnection.Start(_smtp))
        {
            await connection.TranscriptAsync("""
                S: 220 *
                C*: EHLO x\r\nMAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
                S...
                S: 354 *
                C*: Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n
                S: 250 2.0.0 delivered
                S: 221 *
                """);
        }
        string alice = Assert.Single(await ReadAsync("alice", "Inbox"));
        Assert.Matches(
            "^Delivered-To: alice@here.example\r\nReturn-Path: <a@open.example>\r\nAuthentication-Results: mail.example;(?s:.*?)\r\nReceived-SPF: pass(?s:.*?)\r\nReceived: from x (?s:.*)\r\nSubject: x\r\n\r\n.dot\r\n$", alice);
        Assert.StartsWith("Delivered-To: bob@here.example\r\n", Assert.Single(await ReadAsync("bob", "Lists/Work")), StringComparison.Ordinal);
        Assert.DoesNotContain(_logs.Entries, e => e.Level > LogLevel.Information);
    }

    [Fact]
    public async Task ManyConnections_AtOnce_DeliverEachMessageOnce()
    {
        const int Connections = 20;
        const int Messages = 10;
        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (c, _) =>
        {
            await using var connection = FakeConnection.Start(_smtp);
            await connection.TranscriptAsync("""
                S: 220 *
                C: EHLO x
                S...
                S: 250 SMTPUTF8
                """);
            for (int m = 0; m < Messages; m++)
            {
                await connection.TranscriptAsync($$"""
                    C*: MAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nBDAT 9 LAST\r\n{{c:00}}-{{m:00}}\r\n\r\n
                    S: 250 2.1.0 *
                    S: 250 2.1.5 *
                    S: 250 2.0.0 delivered
                    """);
            }
        });
        var all = await ReadAsync("alice", "Inbox");
        Assert.Equal(Connections * Messages, all.Select(t => t[^9..]).Distinct().Count());
        Assert.Equal(Connections * Messages, all.Count);
    }

    [Fact]
    public async Task QuotaOfMessages_IsKept_AtRcptForThatAccountAlone()
    {
        _quotaMessages = 1;
        await using var connection = FakeConnection.Start(_smtp);
        await connection.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C*: one\r\n.\r\n
            S: 250 2.0.0 delivered
            C*: MAIL FROM:<a@open.example>\r\n
            S: 250 *
            C: RCPT TO:<alice@here.example>
            S: 452 4.2.2 *
            C: RCPT TO:<bob@here.example>
            S: 250 *
            """);
    }

    [Fact]
    public async Task Quota_IsKept_AtRcptAndAfterTheContent()
    {
        _quota = 2000;
        await using (var connection = FakeConnection.Start(_smtp))
        {
            await connection.TranscriptAsync($"""
                S: 220 *
                C*: EHLO x\r\nMAIL FROM:<a@open.example> SIZE=3000\r\nRCPT TO:<alice@here.example>\r\n
                S...
                S: 452 4.2.2 *
                C*: RSET\r\nMAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nDATA\r\n
                S...
                S: 354 *
                C: {new string('x', 3000)}
                C: .
                S: 452 4.2.2 *
                C*: MAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nDATA\r\n
                S...
                S: 354 *
                C*: small\r\n.\r\n
                S: 250 2.0.0 delivered
                """);
        }
        Assert.Single(await ReadAsync("alice", "Inbox"));
    }

    [Fact]
    public async Task CutInMidMessage_LeavesNothing()
    {
        await using (var connection = FakeConnection.Start(_smtp))
        {
            await connection.TranscriptAsync("""
                S: 220 *
                C*: EHLO x\r\nMAIL FROM:<a@open.example>\r\nRCPT TO:<alice@here.example>\r\nDATA\r\n
                S...
                S: 354 *
                C*: Subject: x\r\n\r\nhello\r\n.
                C: <close>
                S: <eof>
                """);
        }
        Assert.Empty(await ReadAsync("alice", "Inbox"));
    }

    private async Task<IReadOnlyList<string>> ReadAsync(string account, string mailboxName)
    {
        using var lease = await _store.OpenAsync(account, default);
        if (!lease.Account.Mailboxes.TryFind(MailboxName.Parse(mailboxName), out var mailbox))
        {
            return [];
        }
        using var view = await lease.Account.OpenViewAsync(mailbox.Id, default);
        var texts = new List<string>();
        for (int i = 0; i < view.Current.Count; i++)
        {
            using var content = lease.Account.OpenContent(view.Current[i].MessageId)!;
            byte[] bytes = new byte[content.SizeBytes];
            Assert.Equal(bytes.Length, content.Read(0, bytes));
            texts.Add(Encoding.UTF8.GetString(bytes));
        }
        return texts;
    }
}
