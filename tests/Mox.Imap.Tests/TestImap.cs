using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Limits;
using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>
/// The real handler over in-memory connections with a real store. At its end the store must be consistent, and the log must hold
/// nothing above Debug that a client caused.
/// </summary>
internal sealed class TestImap : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<FakeConnection> _connections = [];
    private long? _quota;
    private long? _quotaMessages;
    private int _tombstones;
    private Faults? _faults;
    private ImapOptions _options = null!;
    private TimeProvider _time = null!;
    private ConnectionLimits? _limits;
    private bool _tls;
    private ImapConnectionHandler _handler = null!;

    public AccountStore Store { get; private set; } = null!;

    public string DataDirectory => _directory["data"];

    public FakeAuthenticator Authenticator { get; } = new();

    public RecordingLoggerProvider Log { get; } = new();

    /// <summary>How many log entries of level Error the test expects; null where it does not matter.</summary>
    public int? ExpectedErrors { get; set; } = 0;

    public static async Task<TestImap> StartAsync(
        ImapOptions? options = null, TimeProvider? time = null, bool tls = true, ConnectionLimits? limits = null, long? quota = null,
        int tombstones = 100_000, long? quotaMessages = null, Faults? faults = null)
    {
        var test = new TestImap
        {
            _quota = quota,
            _quotaMessages = quotaMessages,
            _tombstones = tombstones,
            _faults = faults,
            _time = time ?? TimeProvider.System,
            _options = options ?? new ImapOptions { AllowPlaintextAuthentication = true, Limits = false },
            _tls = tls,
            _limits = limits,
        };
        await test.StartServerAsync();
        await test.Store.CreateAsync("mox", InitialMailboxes.Default, default);
        return test;
    }

    /// <summary>Ends all connections, closes the store and starts anew.</summary>
    public async Task RestartAsync()
    {
        await StopServerAsync();
        await StartServerAsync();
    }

    /// <summary>A connection that has read its greeting.</summary>
    public async Task<FakeConnection> ConnectAsync()
    {
        var connection = Open();
        Assert.StartsWith("* OK [CAPABILITY ", await connection.Client.ReadLineAsync());
        return connection;
    }

    /// <summary>A connection as it comes.</summary>
    public FakeConnection Open()
    {
        var connection = FakeConnection.Start(_handler);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A connection that has logged in.</summary>
    public async Task<FakeConnection> LoginAsync(string login = "mox@localhost")
    {
        var connection = await ConnectAsync();
        await connection.TranscriptAsync($"""
            C: 0 LOGIN {login} moxmoxmox
            S: 0 OK [CAPABILITY *
            """);
        return connection;
    }

    /// <summary>A connection that has selected a mailbox.</summary>
    public async Task<FakeConnection> SelectAsync(string mailbox = "INBOX", string command = "SELECT")
    {
        var connection = await LoginAsync();
        await connection.TranscriptAsync($"""
            C: 00 {command} {mailbox}
            S...
            S: 00 OK [READ-*
            """);
        return connection;
    }

    /// <summary>Puts messages into a mailbox, as a delivery does.</summary>
    public async Task DeliverAsync(string mailbox, params string[] messages)
    {
        using var lease = await Store.OpenAsync("mox", default);
        for (int i = 0; i < messages.Length; i++)
        {
            using var spool = Store.CreateSpool();
            spool.Write(Encoding.UTF8.GetBytes(messages[i].ReplaceLineEndings("\r\n")));
            using var content = spool.Finish();
            var received = new DateTimeOffset(2024, 3, 1, 10, 0, 0, TimeSpan.Zero).AddDays(i);
            await lease.Account.DeliverAsync(
                MailboxName.Parse(mailbox), new NewMessage { Content = content, ReceivedAt = received }, default);
        }
    }

    /// <summary>Small messages: subject "Message n".</summary>
    public Task DeliverAsync(int count, string mailbox = "Inbox") =>
        DeliverAsync(mailbox, [.. Enumerable.Range(1, count).Select(Simple)]);

    public static string Simple(int n) => string.Create(CultureInfo.InvariantCulture, $"""
        From: Ann <ann@example.org>
        To: mox@localhost
        Subject: Message {n}
        Date: Fri, 01 Mar 2024 23:30:00 -0500
        Message-ID: <m{n}@example.org>

        This is the text of message {n}.

        """);

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        var problems = await ConsistencyChecker.CheckDataDirectoryAsync(_directory["data"], default);
        Assert.Empty(problems);
        Assert.Equal(ExpectedErrors ?? Log.AtLeast(LogLevel.Error).Count, Log.AtLeast(LogLevel.Error).Count);
        Assert.DoesNotContain(Log.AtLeast(LogLevel.Information), e => e.Level < LogLevel.Error && e.Category.Contains("Imap", StringComparison.Ordinal));
        await _provider.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartServerAsync()
    {
        var meters = _provider.GetRequiredService<IMeterFactory>();
        var storeOptions = new StoreOptions
        {
            DataDirectory = DataDirectory,
            QuotaBytes = _ => _quota,
            QuotaMessages = _ => _quotaMessages,
            MaxTombstones = _tombstones,
            Faults = _faults is { } steps ? steps.Reach : null,
            WrapFiles = _faults is { } faults ? files => new FaultyFiles(files, faults) : null,
        };
        Store = await AccountStore.StartAsync(storeOptions, TimeProvider.System, Log, meters, default);
        var services = new ImapServices
        {
            Accounts = Store,
            Authenticator = Authenticator,
            Certificates = _tls ? TestCertificates.Server : null,
            ConnectionLimits = _limits,
            ConnectionIds = new ConnectionIdSource(_time),
            DeliveryMailboxes = static _ => ["Lists/in"],
            Metrics = new ImapMetrics(meters),
            Time = _time,
        };
        _handler = new ImapConnectionHandler(services, _options, new Logger<ImapConnectionHandler>(Log));
    }

    private async Task StopServerAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
        _connections.Clear();
        await Store.DisposeAsync();
    }
}
