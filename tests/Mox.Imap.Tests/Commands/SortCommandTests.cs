using System.Globalization;
using Mox.Mime;

namespace Mox.Imap.Tests.Commands;

public class SortCommandTests
{
    private static string Message(string from, string to, string cc, string subject, string date, string text = "x") =>
        $"From: {from}\nTo: {to}\nCc: {cc}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{Guid.NewGuid():N}@h>\n\n{text}\n";

    [Fact]
    public async Task Sort_ByEachKey_FollowsTheRfc()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(
            "Inbox",
            Message("Zoe <b@h>", "x <k@h>", "c@h", "Re: beta", "Sat, 2 Mar 2024 10:00:00 +0000", "longest of all"),
            Message("adam <C@h>", "M@h", "B@h", "Alpha", "Fri, 1 Mar 2024 23:00:00 -0500", "a longer one"),
            Message("a@h", "<l@h>", "a@h", "beta (fwd)", "nonsense", "short"));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SORT (DATE) UTF-8 ALL
            S: * SORT 2 1 3
            S: a OK sorted
            C: b SORT (REVERSE DATE) US-ASCII ALL
            S: * SORT 3 1 2
            S: b OK sorted
            C: c SORT (SUBJECT) UTF-8 ALL
            S: * SORT 2 1 3
            S: c OK sorted
            C: d SORT (SUBJECT REVERSE DATE) UTF-8 ALL
            S: * SORT 2 3 1
            S: d OK sorted
            C: e SORT (FROM) UTF-8 ALL
            S: * SORT 3 1 2
            S: e OK sorted
            C: f SORT (DISPLAYFROM) UTF-8 ALL
            S: * SORT 3 2 1
            S: f OK sorted
            C: g SORT (TO) UTF-8 ALL
            S: * SORT 1 3 2
            S: g OK sorted
            C: h SORT (DISPLAYTO) UTF-8 ALL
            S: * SORT 3 2 1
            S: h OK sorted
            C: i SORT (CC) UTF-8 ALL
            S: * SORT 3 2 1
            S: i OK sorted
            C: j SORT (SIZE) UTF-8 ALL
            S: * SORT 3 2 1
            S: j OK sorted
            C: k SORT (REVERSE ARRIVAL) UTF-8 ALL
            S: * SORT 3 2 1
            S: k OK sorted
            C: l UID SORT (ARRIVAL) UTF-8 2:3
            S: * SORT 2 3
            S: l OK sorted
            C: m SORT (ARRIVAL) UTF-8 SUBJECT nowhere
            S: * SORT
            S: m OK sorted
            C: n SORT (REVERSE SIZE) UTF-8 MODSEQ 1
            S: * SORT 1 2 3 (MODSEQ *
            S: n OK sorted
            """);
    }

    [Fact]
    public async Task Sort_WithReturn_AnswersWithEsearchInItsOrder()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(5);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SORT RETURN (MIN MAX COUNT ALL) (REVERSE ARRIVAL) UTF-8 ALL
            S: * ESEARCH (TAG "a") MIN 5 MAX 1 COUNT 5 ALL 5,4,3,2,1
            S: a OK sorted
            C: b UID SORT RETURN () (ARRIVAL) UTF-8 2:4
            S: * ESEARCH (TAG "b") UID ALL 2:4
            S: b OK sorted
            C: c SORT RETURN (SAVE) (ARRIVAL) UTF-8 2:3
            S: c OK sorted
            C: d FETCH $ UID
            S: * 2 FETCH (UID 2)
            S: * 3 FETCH (UID 3)
            S: d OK fetched
            C: e SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL) UTF-8 ALL
            S: * ESEARCH (TAG "e") PARTIAL (1:2 5,4)
            S: e OK sorted
            """);
    }

    [Theory]
    [InlineData("SORT")]
    [InlineData("SORT ()")]
    [InlineData("SORT () UTF-8 ALL")]
    [InlineData("SORT (DATE)")]
    [InlineData("SORT (DATE REVERSE) UTF-8 ALL")]
    [InlineData("SORT (REVERSE REVERSE DATE) UTF-8 ALL")]
    [InlineData("SORT (COLOUR) UTF-8 ALL")]
    [InlineData("SORT DATE UTF-8 ALL")]
    [InlineData("THREAD")]
    [InlineData("THREAD REFS UTF-8 ALL")]
    [InlineData("THREAD REFERENCES UTF-8")]
    [InlineData("THREAD REFERENCES UTF-8 ALL ")]
    public async Task Sort_AndThread_Malformed_AreBad(string command)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a {command}
            S: a BAD *
            """);
    }

    [Fact]
    public async Task Sort_AndThread_OfUnknownCharset_AreRefused_AndOfAnEmptyMailboxAreEmpty()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SORT (DATE) KOI8-R ALL
            S: a NO [BADCHARSET (US-ASCII UTF-8)] *
            C: b THREAD REFERENCES KOI8-R ALL
            S: b NO [BADCHARSET (US-ASCII UTF-8)] *
            C: c SORT (SUBJECT DATE) UTF-8 ALL
            S: * SORT
            S: c OK sorted
            C: d THREAD REFERENCES UTF-8 ALL
            S: * THREAD
            S: d OK threaded
            C: e THREAD ORDEREDSUBJECT UTF-8 ALL
            S: * THREAD
            S: e OK threaded
            """);
    }

    [Fact]
    public async Task Sort_WhileOthersExpunge_KeepsNumbers_AndReadsWhatIsGone()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await other.TranscriptAsync("""
            C: a STORE 2 +FLAGS.SILENT (\Deleted)
            S: a OK stored
            C: b EXPUNGE
            S: * 2 EXPUNGE
            S: b OK expunged
            """);
        await connection.TranscriptAsync("""
            C: a SORT (REVERSE SUBJECT) UTF-8 ALL
            S: * SORT 3 2 1
            S: a OK sorted
            C: b THREAD REFERENCES UTF-8 ALL
            S: * THREAD (1)(2)(3)
            S: b OK threaded
            C: c NOOP
            S: * 2 EXPUNGE
            S: c OK *
            C: d SORT (SUBJECT) UTF-8 ALL
            S: * SORT 1 2
            S: d OK sorted
            """);
    }

    [Fact]
    public async Task Sort_OfGeneratedMessages_AgreesWithComparingThem()
    {
        const int Count = 120;
        string[] names = ["", "Ann", "ann", "\u00C4rger", "a\u0308rger", "zoe", "Zo\u00EB", "bob b", "\u044F"];
        string[] subjects = ["", "one", "Two", "two 2", "\u00FCber", "U\u0308BER", "[a]", "\u3042"];
        var random = new Random(2);
        var mails = Enumerable.Range(0, Count).Select(i => new Mail(
            names[random.Next(names.Length)], $"{(char)('a' + random.Next(4))}{(char)('A' + random.Next(2))}", $"t{random.Next(3)}",
            random.Next(3) == 0 ? "" : $"c{random.Next(3)}", subjects[random.Next(subjects.Length)], random.Next(3),
            random.Next(5) == 0 ? null : random.Next(100_000), random.Next(30))).ToList();
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", [.. mails.Select(m => m.ToText())]);
        var connection = await test.SelectAsync();
        string[] keys = ["ARRIVAL", "CC", "DATE", "DISPLAYFROM", "FROM", "SIZE", "SUBJECT", "TO"];
        for (int round = 0; round < 60; round++)
        {
            random.Shuffle(keys);
            var criteria = keys.Take(random.Next(1, 4)).Select(k => (Key: k, Reverse: random.Next(3) == 0)).ToList();
            int first = random.Next(1, Count), last = random.Next(first, Count + 1);
            int[] expected = [.. Enumerable.Range(first, last - first + 1)];
            Array.Sort(expected, (a, b) => Compare(mails, criteria, a, b));
            string command = $"SORT ({string.Join(' ', criteria.Select(c => (c.Reverse ? "REVERSE " : "") + c.Key))}) UTF-8 {first}:{last}";
            await connection.TranscriptAsync($"""
                C: a{round} {command}
                S: * SORT {string.Join(' ', expected)}
                S: a{round} OK sorted
                """);
        }
    }

    private static int Compare(List<Mail> mails, List<(string Key, bool Reverse)> criteria, int a, int b)
    {
        foreach (var (key, reverse) in criteria)
        {
            int order = mails[a - 1].Compare(key, mails[b - 1], a, b);
            if (order != 0)
            {
                return reverse ? -order : order;
            }
        }
        return a.CompareTo(b);
    }

    private sealed record Mail(string Name, string From, string To, string Cc, string Subject, int Prefix, int? Date, int Text)
    {
        private static readonly DateTimeOffset Start = new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public string ToText() =>
            $"From: {(Name.Length == 0 ? "" : EncodedWord(Name) + " ")}<{From}@h>\nTo: {To}@h\n{(Cc.Length == 0 ? "" : $"Cc: {Cc}@h\n")}"
            + $"Subject: {(Prefix == 0 ? "" : Prefix == 1 ? "Re: " : "Fwd: re[1]: ")}{(Subject.Length == 0 ? "" : EncodedWord(Subject))}\n"
            + (Date is { } date ? $"Date: {Start.AddSeconds(date).ToString("d MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)}\n" : "")
            + $"\n{new string('x', Text * 10)}\n";

        public int Compare(string key, Mail other, int place, int otherPlace) => key switch
        {
            "ARRIVAL" => place.CompareTo(otherPlace),
            "DATE" => Sent(place).CompareTo(other.Sent(otherPlace)),
            "SIZE" => Size.CompareTo(other.Size),
            "CC" => Ordinal(Cc, other.Cc),
            "FROM" => Ordinal(From, other.From),
            "TO" => Ordinal(To, other.To),
            "SUBJECT" => Ordinal(Subject, other.Subject),
            _ => Ordinal(Display, other.Display),
        };

        private string Display => Name.Length > 0 ? Name : $"{From}@h";

        private int Size => System.Text.Encoding.UTF8.GetByteCount(ToText().ReplaceLineEndings("\r\n"));

        private DateTimeOffset Sent(int place) =>
            Date is { } date ? Start.AddSeconds(date) : new DateTimeOffset(2024, 3, 1, 10, 0, 0, TimeSpan.Zero).AddDays(place - 1);

        private static int Ordinal(string a, string b) => System.Text.Encoding.UTF8.GetBytes(UnicodeCasemap.Fold(a)).AsSpan()
            .SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(UnicodeCasemap.Fold(b)));

        private static string EncodedWord(string text) => $"=?utf-8?b?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}?=";
    }
}
