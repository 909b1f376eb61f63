using System.Text;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>Seeded fuzz of the whole session in every state: each command gets its one tagged reply, nothing is our fault.</summary>
public class SessionFuzzTests
{
    private static readonly string[] Words =
    [
        "1", "0", "1:*", "*", "4294967295", "99999999999999999999", ",", ":", "(", ")", "[", "]", "<", ">", " ", "\"", "\\", "\"a\"", "NIL", "{0+}\r\n",
        "{3+}\r\nabc", "{5+}\r\na\r\n\"(", "~{3+}\r\n\0\0\0", "INBOX", "Archive", "nosuch", "&", "&Jjo-", "%", "x/y", "BODY[", "BODY.PEEK[]", "HEADER.FIELDS (To)",
        "1.2.MIME", "FLAGS", "+FLAGS", "-FLAGS.SILENT", "\\Seen", "\\Deleted", "kw", "UID", "ALL", "NOT", "OR", "MODSEQ", "(CHANGEDSINCE 1)", "(UNCHANGEDSINCE 5)",
        "SUBJECT", "TEXT", "SINCE", "1-Feb-2024", "CHARSET", "UTF-8", "KOI8", "MESSAGES", "UTF8=ACCEPT", "CONDSTORE", "USE", "\\Sent", "\0", "\x80", "ü", "\n", "\r",
        "$", "RETURN (ALL)", "(MAX)", "PARTIAL 1:2", "IN (personal)", "OLDER 7", "SAVEDON", "HEADER \"\"",
    ];

    private static readonly string[] Seeds =
    [
        "NOOP", "CAPABILITY", "ID (\"name\" \"x\")", "LIST \"\" *", "LSUB \"\" %", "STATUS INBOX (MESSAGES)", "CREATE x/y", "DELETE x", "RENAME x z",
        "SUBSCRIBE x", "UNSUBSCRIBE x", "SELECT INBOX", "EXAMINE Archive", "FETCH 1 (FLAGS BODY.PEEK[])", "UID FETCH 1:* (ENVELOPE BODYSTRUCTURE)",
        "FETCH 1 BODY[1.TEXT]<0.5>", "STORE 1 +FLAGS (\\Seen)", "UID STORE 1:* FLAGS.SILENT ()", "COPY 1 Archive", "UID MOVE 1 Archive", "EXPUNGE",
        "UID EXPUNGE 1:5", "SEARCH OR SEEN (SUBJECT x NOT BODY y)", "UID SEARCH 1:* MODSEQ 1", "APPEND INBOX (\\Seen) {5+}\r\na: b\n", "CLOSE", "UNSELECT",
        "SEARCH RETURN (MIN COUNT SAVE) OR $ YOUNGER 5", "UID SEARCH RETURN (UPDATE PARTIAL -1:-2) UNSEEN", "CANCELUPDATE \"a\"",
        "ESEARCH IN (subtree INBOX mailboxes (Archive nosuch)) RETURN (ALL) SAVEDSINCE 1-Feb-2024", "FETCH $ SAVEDATE",
        "CHECK", "NAMESPACE", "ENABLE CONDSTORE", "LOGIN x y", "GETQUOTA \"\"", "GETQUOTAROOT INBOX",
        "SETQUOTA x (STORAGE 1)", "GETMETADATA (MAXSIZE 5 DEPTH 1) INBOX (/private/a /shared)", "SETMETADATA INBOX (/private/a \"x\" /shared/b NIL)",
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% *) RETURN (CHILDREN STATUS (MESSAGES) METADATA (/private/a))", "NOTIFY NONE",
        "NOTIFY SET STATUS (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (subtree (x y) (MailboxName SubscriptionChange))",
        "ENABLE METADATA",
        "ENABLE QRESYNC IMAP4rev2", "SELECT INBOX (QRESYNC (1 1 1:5 (1:2 1:2)))", "EXAMINE INBOX (CONDSTORE QRESYNC (5 1))",
        "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)", "COMPRESS DEFLATE", "SORT (REVERSE DATE SUBJECT) UTF-8 ALL", "UID SORT RETURN (PARTIAL 1:2) (SIZE) UTF-8 TEXT x",
        "THREAD REFERENCES UTF-8 ALL", "UID THREAD ORDEREDSUBJECT US-ASCII UID 1:*", "REPLACE 1 INBOX (\\Seen) {5+}\r\na: b\n", "UID REPLACE 2 Archive {5+}\r\na: b\n",
        "FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1] PREVIEW (LAZY) EMAILID THREADID)", "STORE 1:* (UNCHANGEDSINCE 5) -FLAGS.SILENT (a b)", "SEARCH EMAILID M1 THREADID T1",
        "STATUS INBOX (MAILBOXID SIZE DELETED-STORAGE HIGHESTMODSEQ)", "ENABLE UIDONLY",
    ];

    [Theory]
    [InlineData("NotAuthenticated", 1)]
    [InlineData("Authenticated", 2)]
    [InlineData("Selected", 3)]
    [InlineData("Selected", 4)]
    [InlineData("Examined", 5)]
    [InlineData("Extended", 6)]
    [InlineData("Deflated", 7)]
    public async Task Session_MutatedCommands_EachGetsOneReply(string state, int seed)
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxBadCommands = int.MaxValue, MaxFailedLogins = int.MaxValue });
        await test.DeliverAsync(5);
        var connection = await ConnectAsync(test, state);
        var random = new Random(seed);
        for (int i = 0; i < 400; i++)
        {
            string command = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            if (state == "NotAuthenticated" && i % 90 == 89)
            {
                // A stranger has only so many commands.
                connection = await ConnectAsync(test, state);
            }
            if (Ends(command))
            {
                continue;
            }
            string tag = $"f{i}";
            await connection.Client.SendAsync(Encoding.Latin1.GetBytes($"{tag} {command}\r\n{tag}e NOOP\r\n"));
            int replies = 0;
            while (true)
            {
                string? line = await connection.Client.ReadLineAsync();
                Assert.True(line is not null, $"closed by: {command}");
                if (line.StartsWith(tag + "e ", StringComparison.Ordinal))
                {
                    break;
                }
                Assert.DoesNotContain("SERVERBUG", line);
                replies += line.StartsWith(tag + " ", StringComparison.Ordinal) ? 1 : 0;
            }
            Assert.True(replies == 1, $"{replies} replies to: {command}");
            if (state is "Selected" or "Extended" or "Deflated" && random.Next(10) == 0)
            {
                await connection.TranscriptAsync("""
                    C: s SELECT INBOX
                    S...
                    S: s OK *
                    """);
            }
        }
    }

    [Fact]
    public async Task Session_RandomBytes_NeverBreaksTheServer()
    {
        await using var test = await TestImap.StartAsync();
        var random = new Random(9);
        for (int i = 0; i < 60; i++)
        {
            var connection = await ConnectAsync(test, States[random.Next(States.Length)]);
            var bytes = new byte[random.Next(3000)];
            random.NextBytes(bytes);
            for (int at = 0; at + 1 < bytes.Length; at += random.Next(200) + 2)
            {
                (bytes[at], bytes[at + 1]) = ((byte)'\r', (byte)'\n');
            }
            await connection.Client.SendAsync(bytes);
            await connection.Client.CloseSendingAsync();
            while (await connection.Client.ReadLineAsync() is not null)
            {
            }
            await connection.DisposeAsync();
        }
    }

    // While the server waits for something else than a command.
    [Theory]
    [InlineData("IDLE", "+ idling", 11)]
    [InlineData("AUTHENTICATE PLAIN", "+ ", 12)]
    public async Task Session_RandomLinesInTheMiddleOfACommand_EndIt(string command, string continuation, int seed)
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxBadCommands = int.MaxValue, MaxFailedLogins = int.MaxValue });
        var random = new Random(seed);
        FakeConnection? connection = null;
        for (int i = 0; i < 300; i++)
        {
            connection = i % 80 == 0 ? await ConnectAsync(test, command == "IDLE" ? "Selected" : "NotAuthenticated") : connection!;
            await connection.Client.SendLineAsync("f " + command);
            Assert.Equal(continuation, await connection.Client.ReadLineAsync());
            string line = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Plain(random)));
            await connection.Client.SendAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
            string reply = (await connection.Client.ReadLineAsync())!;
            Assert.True(reply.StartsWith("f BAD ", StringComparison.Ordinal) || reply.StartsWith("f NO ", StringComparison.Ordinal), $"{line}: {reply}");
        }
        await connection!.TranscriptAsync("""
            C: g NOOP
            S: g OK done
            """);
    }

    private static readonly string[] States = ["NotAuthenticated", "Authenticated", "Selected", "Examined", "Extended", "Deflated"];

    private static async Task<FakeConnection> ConnectAsync(TestImap test, string state)
    {
        var connection = state switch
        {
            "NotAuthenticated" => await test.ConnectAsync(),
            "Selected" => await test.SelectAsync(),
            "Examined" => await test.SelectAsync(command: "EXAMINE"),
            _ => await test.LoginAsync(),
        };
        await connection.TranscriptAsync("""
            C: first NOOP
            S: first OK done
            """);
        if (state == "Extended")
        {
            await connection.TranscriptAsync("""
                C: first ENABLE IMAP4rev2 QRESYNC UIDONLY METADATA
                S: * ENABLED *
                S: first OK *
                C: first SELECT INBOX
                S...
                S: first OK *
                C: first NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge MailboxName SubscriptionChange))
                S: first OK *
                """);
        }
        if (state == "Deflated")
        {
            await connection.TranscriptAsync("""
                C: first COMPRESS DEFLATE
                S: first OK *
                C: <deflate>
                """);
        }
        return connection;
    }

    // Not a synchronizing literal, which would wait for us, nor bytes that a literal's size leaves over.
    private static bool Ends(string command) =>
        command.Contains("AUTHENTICATE", StringComparison.Ordinal) || command.Contains("\r\n\"", StringComparison.Ordinal)
        || System.Text.RegularExpressions.Regex.IsMatch(command, @"\{\d+\+?\}$");

    private static string Mutate(Random random, string command)
    {
        // A literal stays whole, so that the place in the stream is known to the test as well.
        var text = new StringBuilder(command);
        for (int n = random.Next(4); n > 0 && !command.Contains("\r\n", StringComparison.Ordinal); n--)
        {
            int at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0 when at < text.Length:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text.Append(' ').Append(Plain(random));
                    break;
                case 2:
                    text.Insert(at, Plain(random));
                    break;
                default:
                    text.Append(' ').Append(Words[random.Next(Words.Length)]);
                    return text.ToString();
            }
        }
        return text.ToString();
    }

    private static string Plain(Random random)
    {
        string word;
        do
        {
            word = Words[random.Next(Words.Length)];
        }
        while (word.Contains('\n', StringComparison.Ordinal) || word.Contains('\r', StringComparison.Ordinal));
        return word;
    }
}
