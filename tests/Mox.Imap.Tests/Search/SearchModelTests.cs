using System.Globalization;
using System.Text;
using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests.Search;

/// <summary>A search finds what a naive look at each message finds: over generated mailboxes and generated keys.</summary>
public class SearchModelTests
{
    private static readonly string[] Words = ["alpha", "beta", "gamma", "Grüße", "ДОМ", "x"];
    private static readonly string[] Keywords = ["blue", "red", "$forwarded"];
    private static readonly (string Name, MessageFlags Flag)[] Flags =
    [
        ("SEEN", MessageFlags.Seen), ("FLAGGED", MessageFlags.Flagged), ("ANSWERED", MessageFlags.Answered), ("DRAFT", MessageFlags.Draft),
        ("DELETED", MessageFlags.Deleted),
    ];

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 40)]
    [InlineData(3, 1200)]
    public async Task Search_FindsWhatTheModelFinds(int seed, int messages)
    {
        var random = new Random(seed);
        await using var test = await TestImap.StartAsync(time: new ManualTimeProvider(new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        var model = await FillAsync(test, random, messages);
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        for (int round = 0; round < 120; round++)
        {
            if (round == 60)
            {
                // From here on the client's numbers are older than the mailbox: some are gone, others have changed.
                await ChangeAsync(other, model);
            }
            var (text, matches) = Key(random, model, depth: 3);
            int[] expected = [.. Enumerable.Range(0, model.Count).Where(i => matches(model[i]))];
            await connection.Client.SendLineAsync($"a SEARCH {text}");
            string line = (await connection.Client.ReadLineAsync())!;
            Assert.Equal($"{text}: * SEARCH{string.Concat(expected.Select(i => $" {i + 1}"))}", $"{text}: {line}");
            Assert.StartsWith("a OK", await connection.Client.ReadLineAsync());
            await connection.Client.SendLineAsync($"b SEARCH RETURN (MIN MAX) {text}");
            line = (await connection.Client.ReadLineAsync())!;
            string ends = expected.Length == 0 ? "" : $" MIN {expected[0] + 1} MAX {expected[^1] + 1}";
            Assert.Equal($"{text}: * ESEARCH (TAG \"b\"){ends}", $"{text}: {line}");
            Assert.StartsWith("b OK", await connection.Client.ReadLineAsync());
        }
    }

    private static async Task<List<Model>> FillAsync(TestImap test, Random random, int count)
    {
        using var lease = await test.Store.OpenAsync("mox", default);
        Assert.True(lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox));
        var model = new List<Model>();
        for (int i = 0; i < count; i++)
        {
            var one = Model.Random(random, i);
            using var spool = test.Store.CreateSpool();
            spool.Write(Encoding.UTF8.GetBytes(one.Text));
            using var content = spool.Finish();
            var message = new NewMessage
            {
                Content = content,
                ReceivedAt = one.Received,
                Flags = one.Flags,
                Keywords = one.Keyword is null ? KeywordSet.Empty : KeywordSet.Of(one.Keyword),
            };
            await lease.Account.AddAsync(inbox!.Id, [message], default);
            model.Add(one);
        }
        return model;
    }

    private static async Task ChangeAsync(FakeConnection other, List<Model> model)
    {
        await other.TranscriptAsync("""
            C: a STORE 3:5 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b UID EXPUNGE 3:5
            S...
            S: b OK expunged
            C: c STORE 1:9 +FLAGS.SILENT (\Flagged red)
            S...
            S: c OK stored
            """);
        for (int i = 0; i < 12; i++)
        {
            // Those that are gone are as they were told.
            model[i] = i is >= 2 and <= 4 ? model[i] : model[i] with { Flags = model[i].Flags | MessageFlags.Flagged, Extra = "red" };
        }
    }

    private static (string Text, Func<Model, bool> Matches) Key(Random random, List<Model> model, int depth)
    {
        int kind = random.Next(depth > 0 ? 18 : 14);
        switch (kind)
        {
            case 0 or 1:
                var (name, flag) = Flags[random.Next(Flags.Length)];
                bool set = random.Next(2) == 0;
                return ((set ? "" : "UN") + name, m => (m.Flags & flag) != 0 == set);
            case 2:
                string keyword = Keywords[random.Next(Keywords.Length)];
                bool has = random.Next(2) == 0;
                return ((has ? "KEYWORD " : "UNKEYWORD ") + keyword, m => m.Has(keyword) == has);
            case 3:
                var day = new DateOnly(2024, 5, random.Next(1, 28));
                int compare = random.Next(3);
                return (
                    $"{new[] { "BEFORE", "ON", "SINCE" }[compare]} {Date(day)}",
                    m => Compare(compare, DateOnly.FromDateTime(m.Received.UtcDateTime), day));
            case 4:
                var sent = new DateOnly(2024, 5, random.Next(1, 28));
                int how = random.Next(3);
                return (
                    $"{new[] { "SENTBEFORE", "SENTON", "SENTSINCE" }[how]} {Date(sent)}",
                    m => m.Sent is { } at && Compare(how, DateOnly.FromDateTime(at.DateTime), sent));
            case 5:
                int size = random.Next(100, 400);
                return random.Next(2) == 0 ? ($"LARGER {size}", m => m.Size > size) : ($"SMALLER {size}", m => m.Size < size);
            case 6:
                int from = random.Next(1, model.Count + 20), to = random.Next(1, model.Count + 20);
                var (low, high) = (Math.Min(from, to), Math.Max(from, to));
                return ($"{from}:{to},1", m => (m.Index + 1 >= low && m.Index + 1 <= high) || m.Index == 0);
            case 7:
                int uid = random.Next(1, model.Count + 1);
                // What is above the largest stands for the largest.
                return ($"UID {uid}:*", m => m.Index + 1 >= uid);
            case 8 or 9:
                string word = Words[random.Next(Words.Length)];
                return ($"SUBJECT \"{Shout(random, word)}\"", m => m.Subject.Contains(word, StringComparison.OrdinalIgnoreCase));
            case 10:
                string name_ = Words[random.Next(3)];
                return ($"FROM {Shout(random, name_)}", m => m.From.Contains(name_, StringComparison.OrdinalIgnoreCase));
            case 11:
                string body = Words[random.Next(Words.Length)];
                return ($"BODY \"{Shout(random, body)}\"", m => m.Body.Contains(body, StringComparison.OrdinalIgnoreCase));
            case 12:
                string value = Words[random.Next(3)];
                return ($"HEADER X-Mine {value}", m => m.Mine?.Contains(value, StringComparison.OrdinalIgnoreCase) == true);
            case 13:
                int seconds = random.Next(86400, 86400 * 30);
                var now = new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero);
                return random.Next(2) == 0
                    ? ($"OLDER {seconds}", m => (now - m.Received).TotalSeconds >= seconds)
                    : ($"YOUNGER {seconds}", m => (now - m.Received).TotalSeconds <= seconds);
            case 14:
                var inner = Key(random, model, depth - 1);
                return ($"NOT {inner.Text}", m => !inner.Matches(m));
            case 15:
                var (left, right) = (Key(random, model, depth - 1), Key(random, model, depth - 1));
                return ($"OR {left.Text} {right.Text}", m => left.Matches(m) || right.Matches(m));
            default:
                var (first, second) = (Key(random, model, depth - 1), Key(random, model, depth - 1));
                return ($"({first.Text} {second.Text})", m => first.Matches(m) && second.Matches(m));
        }
    }

    private static bool Compare(int how, DateOnly date, DateOnly with) => how switch { 0 => date < with, 1 => date == with, _ => date >= with };

    private static string Date(DateOnly date) => date.ToString("d-MMM-yyyy", CultureInfo.InvariantCulture);

    private static string Shout(Random random, string word) => random.Next(2) == 0 ? word : word.ToUpperInvariant();

    private sealed record Model(
        int Index, DateTimeOffset Received, DateTimeOffset? Sent, MessageFlags Flags, string? Keyword, string Subject, string From, string? Mine, string Body)
    {
        public string? Extra { get; init; }

        public string Text { get; private init; } = "";

        public int Size => Encoding.UTF8.GetByteCount(Text);

        public static Model Random(Random random, int index)
        {
            var start = new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);
            var sent = start.AddMinutes(random.Next(60 * 24 * 27)).ToOffset(TimeSpan.FromMinutes(30 * random.Next(-24, 27)));
            var flags = (MessageFlags)random.Next(32);
            var model = new Model(
                index, start.AddSeconds(random.Next(86400 * 27)), random.Next(10) == 0 ? null : sent, flags, random.Next(3) == 0 ? "blue" : null,
                Phrase(random), Words[random.Next(3)], random.Next(2) == 0 ? Words[random.Next(3)] : null, Phrase(random));
            string date = model.Sent is { } at
                ? $"Date: {at.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} {(at.Offset < TimeSpan.Zero ? '-' : '+')}{at.Offset:hhmm}\r\n" : "";
            string mine = model.Mine is null ? "" : $"X-Mine: {model.Mine}\r\n";
            string text = $"From: {model.From} <f@example.org>\r\nSubject: {model.Subject}\r\n{date}{mine}"
                + $"Content-Type: text/plain; charset=utf-8\r\n\r\n{model.Body}\r\n{new string('.', random.Next(200))}\r\n";
            return model with { Text = text };
        }

        public bool Has(string keyword) => keyword == Keyword || keyword == Extra;

        private static string Phrase(Random random) =>
            string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Words[random.Next(Words.Length)]));
    }
}
