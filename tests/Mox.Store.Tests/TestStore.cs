using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Store.Tests;

/// <summary>A store in a temporary directory with one account; its end checks that everything on disk fits together.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Func<string, StoreOptions> _options;
    private AccountLease? _lease;

    private TestStore(Func<string, StoreOptions> options) => _options = options;

    public string DataDirectory => _directory.Path;

    public string AccountDirectory => Path.Combine(DataDirectory, "accounts", "mox");

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public MetricRecorder Metrics { get; } = new();

    public RecordingLoggerProvider Log { get; } = new() { MinLevel = LogLevel.Debug };

    public AccountStore Store { get; private set; } = null!;

    public Account Account => _lease!.Account;

    public Mailbox Inbox => Mailbox("Inbox");

    /// <summary>Whether the end checks consistency; tests that damage things on purpose say no.</summary>
    public bool ChecksAtEnd { get; set; } = true;

    public static async Task<TestStore> StartAsync(Func<StoreOptions, StoreOptions>? with = null)
    {
        var test = new TestStore(directory =>
        {
            var options = new StoreOptions { DataDirectory = directory, ScramIterations = 10, FileThreads = 4 };
            return with is null ? options : with(options);
        });
        await test.OpenStoreAsync();
        await test.Store.CreateAsync("mox", InitialMailboxes.Default, default);
        await test.OpenAccountAsync();
        return test;
    }

    public Mailbox Mailbox(string name) =>
        Account.Mailboxes.TryFind(MailboxName.Parse(name), out Mailbox? mailbox) ? mailbox : throw new InvalidOperationException("no " + name);

    public async Task OpenStoreAsync() => Store = await AccountStore.StartAsync(_options(DataDirectory), Time, Log, Metrics, default);

    public async Task OpenAccountAsync() => _lease = await Store.OpenAsync("mox", default);

    public async Task CloseAsync()
    {
        _lease?.Dispose();
        _lease = null;
        await Store.DisposeAsync();
    }

    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenStoreAsync();
        await OpenAccountAsync();
    }

    public SpooledMessage Spool(string text) => Spool(Store, Encoding.UTF8.GetBytes(text));

    public static SpooledMessage Spool(AccountStore store, byte[] bytes)
    {
        using SpooledMessageWriter writer = store.CreateSpool();
        writer.Write(bytes);
        return writer.Finish();
    }

    public static string Text(int number, string? extra = null) =>
        $"From: <a{number}@example.org>\r\nTo: <mox@localhost>\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.org>\r\n{extra}\r\nHello {number}.\r\n";

    public async Task<AddedMessage> AddAsync(
        string text, string mailbox = "Inbox", MessageFlags flags = MessageFlags.None, params string[] keywords)
    {
        using SpooledMessage spooled = Spool(text);
        return (await Account.AddAsync(Mailbox(mailbox).Id, [New(spooled, flags, keywords)], default))[0];
    }

    public static NewMessage New(SpooledMessage spooled, MessageFlags flags = MessageFlags.None, params string[] keywords) =>
        new() { Content = spooled, Flags = flags, Keywords = KeywordSet.Of(keywords) };

    public async Task<List<Uid>> AddManyAsync(int count, string mailbox = "Inbox", MessageFlags flags = MessageFlags.None)
    {
        var spooled = new List<SpooledMessage>();
        for (int i = 1; i <= count; i++)
        {
            spooled.Add(Spool(Text(i)));
        }

        IReadOnlyList<AddedMessage> added = await Account.AddAsync(
            Mailbox(mailbox).Id, [.. spooled.Select(s => New(s, flags))], default);
        spooled.ForEach(s => s.Dispose());
        return [.. added.Select(a => a.Uid)];
    }

    public MessageRow Row(MessageId id) =>
        Account.ReadRows([id], (MessageColumns)63)[0] ?? throw new InvalidOperationException($"no row {id}");

    public string? Content(MessageId id)
    {
        using MessageContent? content = Account.OpenContent(id);
        if (content is null)
        {
            return null;
        }

        using var reader = new StreamReader(content.OpenStream());
        return reader.ReadToEnd();
    }

    public string[] Files() =>
        [.. Directory.EnumerateFiles(Path.Combine(AccountDirectory, "msg"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order()];

    /// <summary>Waits until something that happens in the background is so.</summary>
    public static async Task EventuallyAsync(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 3000, "it did not happen within 30 s");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public static async Task AssertConsistentAsync(string dataDirectory) =>
        Assert.Empty(await ConsistencyChecker.CheckDataDirectoryAsync(dataDirectory, default));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await CloseAsync();
            if (ChecksAtEnd)
            {
                await AssertConsistentAsync(DataDirectory);
            }
        }
        finally
        {
            Metrics.Dispose();
            _directory.Dispose();
        }
    }
}
