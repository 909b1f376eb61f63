using System.Globalization;
using Mox.Testing;

namespace Mox.Imap.Tests.Sorting;

/// <summary>Sorted results that are kept up to date (UPDATE with SORT, RFC 5267 section 4.3).</summary>
public class SortContextTests
{
    [Fact]
    public async Task Update_TellsThePlaces()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Of("c"), Of("a"), Of("e"), Of("b"));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: C01 UID SORT RETURN (UPDATE ALL COUNT) (SUBJECT) UTF-8 UNDELETED
            S: * ESEARCH (TAG "C01") UID COUNT 4 ALL 2,4,1,3
            S: C01 OK sorted
            """);
        await test.DeliverAsync("Inbox", Of("d"), Of("a"), Of("z"));
        await connection.TranscriptAsync("""
            C: a NOOP
            S: * 7 EXISTS
            S: * 5 FETCH (UID 5 FLAGS ())
            S: * 6 FETCH (UID 6 FLAGS ())
            S: * 7 FETCH (UID 7 FLAGS ())
            S: * ESEARCH (TAG "C01") UID ADDTO (2 6 5 5 7 7)
            S: a OK done
            C: b STORE 1,4,7 +FLAGS.SILENT \Deleted
            S: * ESEARCH (TAG "C01") UID REMOVEFROM (7 7 4 1 3 4)
            S: b OK stored
            C: c STORE 4 -FLAGS.SILENT \Deleted
            S: * ESEARCH (TAG "C01") UID ADDTO (3 4)
            S: c OK stored
            C: d STORE 2 +FLAGS.SILENT \Deleted
            S: * ESEARCH (TAG "C01") UID REMOVEFROM (1 2)
            S: d OK stored
            C: e EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 5 EXPUNGE
            S: e OK expunged
            C: f CANCELUPDATE "C01"
            S: f OK no longer told
            C: g STORE 1:* +FLAGS.SILENT \Deleted
            S: g OK stored
            """);
    }

    [Fact]
    public async Task Update_BySequenceNumbers_UsesThoseOfBeforeTheExpunge()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Of("c"), Of("a"), Of("b"));
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        await connection.TranscriptAsync("""
            C: a SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 ALL
            S: * ESEARCH (TAG "a") ALL 1,3,2
            S: a OK sorted
            """);
        await other.TranscriptAsync("""
            C: a STORE 1:2 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: b OK expunged
            """);
        await connection.TranscriptAsync("""
            C: b NOOP
            S: * ESEARCH (TAG "a") REMOVEFROM (3 2 1 1)
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: b OK done
            C: c SORT RETURN (UPDATE) (SUBJECT) UTF-8 1:*
            S: * OK [NOUPDATE "c"] the criteria change by themselves
            S: * ESEARCH (TAG "c") ALL 1
            S: c OK sorted
            """);
    }

    /// <summary>A client that applies what it is told has what a new SORT gives.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Updates_Applied_GiveTheResultOfSort(int seed)
    {
        var random = new Random(seed);
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", [.. Enumerable.Range(0, 12).Select(_ => Random())]);
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        const string Sort = "(SUBJECT REVERSE ARRIVAL) UTF-8 UNDELETED UNFLAGGED";
        var client = (await LinesAsync(connection, "a", $"UID SORT RETURN (UPDATE ALL) {Sort}")).SelectMany(All).ToList();
        for (int round = 0; round < 30; round++)
        {
            string change = random.Next(5) switch
            {
                0 => "EXPUNGE",
                1 => $"STORE {random.Next(1, 8)} +FLAGS.SILENT \\Deleted",
                2 => $"STORE {random.Next(1, 8)}:* -FLAGS.SILENT \\Flagged",
                _ => $"STORE {random.Next(1, 8)}:{random.Next(1, 8)} +FLAGS.SILENT \\Flagged",
            };
            await LinesAsync(other, "x", change);
            await test.DeliverAsync("Inbox", Random(), Random());
            foreach (string line in await LinesAsync(connection, "n", "NOOP"))
            {
                Apply(client, line);
            }
            Assert.Equal((await LinesAsync(connection, "s", $"UID SORT RETURN (ALL) {Sort}")).SelectMany(All), client);
        }

        string Random() => Of(((char)('a' + random.Next(5))).ToString());
    }

    private static void Apply(List<uint> client, string line)
    {
        bool adds = line.Contains(" ADDTO (", StringComparison.Ordinal);
        if (!adds && !line.Contains(" REMOVEFROM (", StringComparison.Ordinal))
        {
            return;
        }
        string[] words = line[(line.LastIndexOf('(') + 1)..^1].Split(' ');
        for (int i = 0; i < words.Length; i += 2)
        {
            int place = int.Parse(words[i], CultureInfo.InvariantCulture) - 1;
            uint uid = uint.Parse(words[i + 1], CultureInfo.InvariantCulture);
            if (adds)
            {
                client.Insert(place, uid);
            }
            else
            {
                Assert.Equal(uid, client[place]);
                client.RemoveAt(place);
            }
        }
    }

    private static IEnumerable<uint> All(string line)
    {
        int at = line.IndexOf(" ALL ", StringComparison.Ordinal);
        foreach (string range in at < 0 ? [] : line[(at + 5)..].Split(','))
        {
            uint[] ends = [.. range.Split(':').Select(n => uint.Parse(n, CultureInfo.InvariantCulture))];
            for (uint uid = ends[0]; uid <= ends[^1]; uid++)
            {
                yield return uid;
            }
        }
    }

    private static async Task<List<string>> LinesAsync(FakeConnection connection, string tag, string command)
    {
        await connection.Client.SendLineAsync($"{tag} {command}");
        var lines = new List<string>();
        while (await connection.Client.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
            {
                return lines;
            }
            lines.Add(line);
        }
        throw new TranscriptException("closed");
    }

    private static string Of(string subject) => $"Subject: {subject}\n\ntext\n";
}
