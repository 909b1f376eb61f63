using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;
using Mox.Store;
using Mox.Testing;

namespace Mox.Queue.Tests;

/// <summary>A queue in a directory of its own, with accounts alice, bob and mox (the postmaster), a fake transport, and a clock that tests move.</summary>
internal sealed class TestQueue : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Func<QueueOptions, QueueOptions> _options;
    private readonly Func<StoreOptions, StoreOptions> _storeOptions;
    private QueueRunner? _runner;

    private TestQueue(Func<QueueOptions, QueueOptions>? options, Func<StoreOptions, StoreOptions>? storeOptions, string? dataDirectory)
    {
        DataDirectory = dataDirectory ?? Path.Combine(_directory.Path, "data");
        _options = options ?? (static o => o);
        _storeOptions = storeOptions ?? (static o => o);
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerProvider Log { get; } = new();

    public MetricRecorder Metrics { get; } = new();

    public AccountStore Accounts { get; private set; } = null!;

    public MailQueue Queue { get; private set; } = null!;

    public FakeTransport Transport { get; } = new();

    public LiveConfig Live { get; } = LiveConfig.Fixed(Config());

    public Submitter Submitter { get; private set; } = null!;

    public string DataDirectory { get; }

    public bool ChecksAtEnd { get; set; } = true;

    public static async Task<TestQueue> StartAsync(
        Func<QueueOptions, QueueOptions>? options = null, Func<StoreOptions, StoreOptions>? storeOptions = null, bool runs = true, string? dataDirectory = null)
    {
        var test = new TestQueue(options, storeOptions, dataDirectory);
        await test.OpenAsync(runs);
        return test;
    }

    /// <summary>Alice and bob at example.org, all else by the fake transport; paused.example is disabled.</summary>
    public static MoxConfig Config()
    {
        Domain ours = Domain.Parse("example.org");
        var team = new AliasConfig
        {
            Address = Address.Parse("team@example.org"),
            Addresses = [Address.Parse("alice@example.org")],
            AllowMessageFrom = true,
        };
        var closed = new AliasConfig { Address = Address.Parse("closed@example.org"), Addresses = [Address.Parse("alice@example.org")] };
        return new MoxConfig
        {
            Hostname = Domain.Parse("mx.example.org"),
            DataDirectory = "/nowhere",
            Listeners = [],
            Postmaster = new PostmasterConfig("mox"),
            Domains = new[]
            {
                new DomainConfig
                {
                    Name = ours,
                    LocalPartSeparators = ["+"],
                    Aliases = new[] { team, closed }.ToImmutableDictionary(a => a.Address.LocalPart),
                },
                new DomainConfig { Name = Domain.Parse("paused.example") },
            }.ToImmutableDictionary(d => d.Name),
            Accounts = new[] { Account("alice", "alice@example.org", "alice@paused.example"), Account("bob", "bob@example.org"), Account("mox", "mox@example.org") }
                .ToImmutableDictionary(a => a.Name),
            Routes = [new RouteConfig { Transport = "fake" }],
        };
    }

    public static AccountConfig Account(string name, params string[] addresses) => new()
    {
        Name = name,
        Destinations = [.. addresses.Select(a => Address.Parse(a)).Select(a => new DestinationConfig { LocalPart = a.LocalPart, Domain = a.Domain })],
    };

    public static string Text(int number, string from = "alice@example.org", string? extra = null) =>
        $"From: <{from}>\r\nTo: <someone@example.net>\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.org>\r\nDate: Mon, 5 Jan 2026 12:00:00 +0000\r\n{extra}\r\nHello {number}.\r\n";

    public static RecipientRequest To(string address, DsnNotify? notify = null)
    {
        Address parsed = Address.Parse(address);
        return new RecipientRequest(new ForwardPath(parsed.LocalPart, new SmtpHost(parsed.Domain)), notify);
    }

    public static ReversePath From(string address = "alice@example.org") => address.Length == 0 ? ReversePath.Null : RecipientPath.From(address);

    public SpooledMessage Spool(string text)
    {
        using SpooledMessageWriter writer = Accounts.CreateSpool();
        writer.Write(Encoding.UTF8.GetBytes(text));
        return writer.Finish();
    }

    public Task<long> AddAsync(int number, params string[] to) => AddAsync(number, [.. to.Select(t => To(t))]);

    public async Task<long> AddAsync(
        int number, RecipientRequest[] to, DsnRequest? dsn = null, DateTimeOffset? release = null, string from = "alice@example.org")
    {
        using SpooledMessage content = Spool(Text(number));
        return await Queue.AddAsync(
            new NewQueuedMessage
            {
                Account = "alice",
                From = From(from),
                SenderDomain = Domain.Parse("example.org"),
                Content = content,
                Prefix = "Received: from mx.example.org\r\n"u8.ToArray(),
                Recipients = to,
                Dsn = dsn,
                ReleaseAt = release,
                ReceivedCount = 1,
                MessageIdHeader = $"<{number}@example.org>",
                Subject = $"number {number}",
            },
            default);
    }

    public async Task<SubmitResult> SubmitAsync(string text, string from = "alice@example.org", string account = "alice", params string[] to)
    {
        using SpooledMessage content = Spool(text);
        return await Submitter.SubmitAsync(
            new OutgoingMail { Account = account, From = From(from), Content = content, Recipients = [.. to.Select(t => To(t))], Received = "Received: from here\r\n" },
            default);
    }

    public async Task<IReadOnlyList<QueuedMessage>> ListAsync(QueueFilter? filter = null) =>
        (await Queue.ListAsync(filter ?? new QueueFilter(), default, null, 10_000, default)).Messages;

    /// <summary>The messages of an account's Inbox, oldest first.</summary>
    public async Task<string[]> InboxAsync(string account)
    {
        using AccountLease lease = await Accounts.OpenAsync(account, default);
        Assert.True(lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out Mailbox? inbox));
        using MailboxView view = await lease.Account.OpenViewAsync(inbox.Id, default);
        var messages = new List<string>();
        foreach (MessageEntry entry in view.Current)
        {
            using MessageContent? content = lease.Account.OpenContent(entry.MessageId);
            using var reader = new StreamReader(content!.OpenStream());
            messages.Add(await reader.ReadToEndAsync());
        }

        return [.. messages];
    }

    public string[] Files() => Directory.Exists(Path.Combine(DataDirectory, "queue", "msg"))
        ? [.. Directory.EnumerateFiles(Path.Combine(DataDirectory, "queue", "msg"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order()]
        : [];

    public void StartRunner()
    {
        _runner = new QueueRunner(
            Queue, new RouteTable(Live), new TransportTable([Transport]), () => "mox", Log.CreateLogger<QueueRunner>());
        _ = _runner.StartAsync(default);
    }

    public async Task StopRunnerAsync()
    {
        if (_runner is not null)
        {
            await _runner.StopAsync(default);
            _runner.Dispose();
            _runner = null;
        }
    }

    public async Task CloseAsync()
    {
        await StopRunnerAsync();
        await Queue.DisposeAsync();
        await Accounts.DisposeAsync();
    }

    public async Task RestartAsync(bool runs = true)
    {
        await CloseAsync();
        await OpenAsync(runs);
    }

    /// <summary>After <see cref="CloseAsync"/>: opens again, and makes only these accounts when they are missing.</summary>
    public Task OpenAgainAsync(params string[] accounts) => OpenAsync(runs: true, accounts);

    /// <summary>Waits until something that happens in the background is so.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; !await condition(); i++)
        {
            Assert.True(i < 1000, "it did not happen within 10 s");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Waits until nothing is being delivered or due.</summary>
    public Task SettledAsync() => EventuallyAsync(async () =>
        (await ListAsync()).All(m => m.State is QueueState.Held || (m.State == QueueState.Queued && m.NextAttemptAt > Time.GetUtcNow())));

    public Task EmptyAsync() => EventuallyAsync(async () => (await ListAsync()).Count == 0);

    /// <summary>Moves the clock, and waits until what is due then is done.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Time.Advance(by);
        Queue.Signal.Wake();
        await SettledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await CloseAsync();
            if (ChecksAtEnd)
            {
                Assert.Empty(await QueueChecker.CheckAsync(DataDirectory, default));
                Assert.Empty(await ConsistencyChecker.CheckDataDirectoryAsync(DataDirectory, default));
            }
        }
        finally
        {
            Metrics.Dispose();
            Live.Dispose();
            _directory.Dispose();
        }
    }

    private async Task OpenAsync(bool runs, params string[] accounts)
    {
        Accounts = await AccountStore.StartAsync(
            _storeOptions(new StoreOptions { DataDirectory = DataDirectory, FileThreads = 4, ScramIterations = 1 }), Time, Log, Metrics, default);
        string[] wanted = accounts.Length > 0 ? accounts : ["alice", "bob", "mox"];
        foreach (string name in wanted.Where(name => !Accounts.Exists(name)))
        {
            await Accounts.CreateAsync(name, new InitialMailboxes(new Dictionary<SpecialUse, MailboxName>(), []), default);
        }

        Queue = await MailQueue.StartAsync(
            _options(new QueueOptions { Hostname = Domain.Parse("mx.example.org") }), Accounts, new QueueMetrics(Metrics), Time, Log, default);
        Submitter = new Submitter(Queue, new SenderRules(Live), new MailSigner(Queue, Live, Log.CreateLogger<MailSigner>()), Log.CreateLogger<Submitter>());
        if (runs)
        {
            StartRunner();
        }
    }
}
