using Mox.Testing;

namespace Mox.Imap.Tests;

public class ConcurrencyTests
{
    [Fact]
    public async Task OtherSession_Changes_AreToldAtTheNextSafePoint()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 2,3 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: b OK expunged
            C: c STORE 2 +FLAGS.SILENT \Flagged
            S: c OK stored
            """);
        await test.DeliverAsync("Inbox", TestImap.Simple(5));
        // Nothing is renumbered under FETCH, STORE and SEARCH; what is gone can still be read.
        await b.TranscriptAsync("""
            C: a FETCH 2:4 (UID FLAGS)
            S: * 2 FETCH (UID 2 FLAGS ())
            S: * 3 FETCH (UID 3 FLAGS ())
            S: * 4 FETCH (UID 4 FLAGS (\Flagged))
            S: a OK [EXPUNGEISSUED] fetched
            C: b SEARCH BODY "message 3"
            S: * SEARCH 3
            S: b OK searched
            C: c STORE 2:4 +FLAGS \Seen
            S: * 4 FETCH (UID 4 FLAGS (\Seen \Flagged))
            S: c NO [EXPUNGEISSUED] some messages are gone
            C: c1 STORE 2:4 +FLAGS.SILENT \Seen
            S: * 4 FETCH (UID 4 FLAGS (\Seen \Flagged))
            S: c1 OK [EXPUNGEISSUED] stored, but for messages that are gone
            C: c2 STORE 2:3 +FLAGS \Seen
            S: c2 NO [EXPUNGEISSUED] some messages are gone
            C: d FETCH 3 BODY.PEEK[TEXT]
            S: * 3 FETCH (BODY[TEXT] {32}
            S: This is the text of message 3.
            S...
            S: d OK [EXPUNGEISSUED] fetched
            C: e COPY 2 Archive
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: * 3 EXISTS
            S: * 3 FETCH (UID 5 FLAGS ())
            S: e NO [EXPUNGEISSUED] the messages are gone
            C: f NOOP
            S: f OK done
            C: g FETCH 1:* UID
            S: * 1 FETCH (UID 1)
            S: * 2 FETCH (UID 4)
            S: * 3 FETCH (UID 5)
            S: g OK fetched
            """);
    }

    [Fact]
    public async Task UidFetch_MayTellOfExpunges()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 1 EXPUNGE
            S: b OK expunged
            """);
        await b.TranscriptAsync("""
            C: a UID FETCH 1:2 FLAGS
            S: * 1 FETCH (UID 1 FLAGS ())
            S: * 2 FETCH (UID 2 FLAGS ())
            S: * 1 EXPUNGE
            S: a OK fetched
            """);
    }

    [Fact]
    public async Task OwnStore_IsToldOnce_OthersAreToldToo()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS \Seen
            S: * 1 FETCH (UID 1 FLAGS (\Seen))
            S: a OK stored
            C: b NOOP
            S: b OK done
            C: c STORE 2 +FLAGS.SILENT \Seen
            S: c OK stored
            C: d NOOP
            S: d OK done
            """);
        await b.TranscriptAsync("""
            C: a NOOP
            S: * 1 FETCH (UID 1 FLAGS (\Seen))
            S: * 2 FETCH (UID 2 FLAGS (\Seen))
            S: a OK done
            """);
    }

    [Fact]
    public async Task SilentStore_AfterAChangeByAnother_TellsTheFlags()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Flagged
            S: a OK stored
            C: b STORE 2 +FLAGS.SILENT work
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS *
            S: b OK stored
            C: c STORE 3 +FLAGS.SILENT \Seen
            S: c OK stored
            """);
        // What was asked for is not told; what the client cannot know is.
        await b.TranscriptAsync("""
            C: a UID STORE 1:3 +FLAGS.SILENT \Seen
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS *
            S: * 1 FETCH (UID 1 FLAGS (\Seen \Flagged))
            S: * 2 FETCH (UID 2 FLAGS (\Seen work))
            S: * 3 FETCH (UID 3 FLAGS (\Seen))
            S: a OK stored
            C: b NOOP
            S: b OK done
            """);
        await a.TranscriptAsync("""
            C: d STORE 3 +FLAGS.SILENT (\Deleted)
            S...
            S: d OK stored
            C: e EXPUNGE
            S: * 3 EXPUNGE
            S: e OK expunged
            C: f STORE 1 -FLAGS.SILENT \Flagged
            S: f OK stored
            """);
        // An EXPUNGE that waits holds back all news; the flags are told all the same.
        await b.TranscriptAsync("""
            C: c STORE 1 +FLAGS.SILENT \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Seen \Draft))
            S: c OK stored
            C: d NOOP
            S: * 3 EXPUNGE
            S: d OK done
            """);
    }

    [Fact]
    public async Task SilentStore_WhenFetchToldMoreThanTheNews_TellsTheFlags()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 2 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 2 EXPUNGE
            S: b OK expunged
            C: c STORE 1 +FLAGS.SILENT \Flagged
            S: c OK stored
            """);
        await b.TranscriptAsync("""
            C: a FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS (\Flagged))
            S: a OK fetched
            """);
        await a.TranscriptAsync("""
            C: d STORE 1 -FLAGS.SILENT \Flagged
            S: d OK stored
            """);
        // By the news it has no flags, by what it fetched it is flagged; the client concludes from the latter.
        await b.TranscriptAsync("""
            C: b STORE 1 +FLAGS.SILENT \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Draft))
            S: b OK stored
            C: c NOOP
            S: * 2 EXPUNGE
            S: c OK done
            """);
    }

    [Fact]
    public async Task SilentStore_ThatIsPrecededByNewsOfTheMessage_TellsTheFlags()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Flagged
            S: a OK stored
            """);
        // The first line is the state before the command, and came after the client had sent it.
        await b.TranscriptAsync("""
            C: a STORE 1:2 +FLAGS.SILENT \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Flagged))
            S: * 1 FETCH (UID 1 FLAGS (\Flagged \Draft))
            S: a OK stored
            C: b STORE 1 +FLAGS.SILENT \Seen
            S: b OK stored
            """);
    }

    [Fact]
    public async Task SilentStore_ThatChangesNothing_TellsNoModSeqForFlagsTheClientDoesNotKnow()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await b.TranscriptAsync("""
            C: e ENABLE CONDSTORE
            S...
            S: e OK done
            """);
        await a.TranscriptAsync("""
            C: a STORE 2 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 2 EXPUNGE
            S: b OK expunged
            C: c STORE 1 +FLAGS.SILENT \Flagged
            S: c OK stored
            """);
        // More than it is told with the news, which wait with the EXPUNGE.
        await b.TranscriptAsync("""
            C: a FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS (\Flagged))
            S: a OK fetched
            """);
        await a.TranscriptAsync("""
            C: d STORE 1 FLAGS.SILENT \Draft
            S: d OK stored
            """);
        // By what it fetched the client would conclude that the message is flagged as well.
        await b.TranscriptAsync("""
            C: b STORE 1 +FLAGS.SILENT \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Draft) MODSEQ (*
            S: b OK stored
            """);
    }

    [Fact]
    public async Task SilentStore_ThatMayHaveCrossedNewsByNotify_TellsTheFlags()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await b.TranscriptAsync("""
            C: a NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
            S: a OK done
            """);
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Flagged
            S: a OK stored
            """);
        // The client may have sent its command before it read the first line, and would take that for the result.
        await b.TranscriptAsync("""
            S: * 1 FETCH (UID 1 FLAGS (\Flagged))
            C: b STORE 1 +FLAGS.SILENT \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Flagged \Draft))
            S: b OK stored
            C: c STORE 1 +FLAGS.SILENT \Seen
            S: c OK stored
            """);
    }

    [Fact]
    public async Task Store_OfANewKeyword_TellsOfItFirst()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a STORE 1 +FLAGS (fresh)
            S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft $Forwarded $Junk $NotJunk $Phishing $MDNSent fresh)
            S: * OK [PERMANENTFLAGS *
            S: * 1 FETCH (UID 1 FLAGS (fresh))
            S: a OK stored
            """);
    }

    [Fact]
    public async Task FetchOfADeletedMailbox_GivesTheMessageAndOk()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1, "Box");
        var (a, b) = (await test.LoginAsync(), await test.SelectAsync("Box"));
        await a.TranscriptAsync("""
            C: a DELETE Box
            S: a OK deleted
            """);
        // \Seen cannot be kept any more: that is no reason to say that the message could not be read.
        await b.TranscriptAsync("""
            C: a FETCH 1 BODY[]<0.4>
            S: * 1 FETCH (BODY[]<0> {4}
            S: From)
            S: a OK fetched
            """);
    }

    [Fact]
    public async Task Idle_TellsNewsAsTheyCome()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var (a, b) = (await test.SelectAsync(), await test.SelectAsync());
        await b.TranscriptAsync("""
            C: a IDLE
            S: + idling
            """);
        await test.DeliverAsync("Inbox", TestImap.Simple(2));
        await b.TranscriptAsync("""
            S: * 2 EXISTS
            S: * 2 FETCH (UID 2 FLAGS ())
            """);
        await a.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT (\Deleted x)
            S...
            S: a OK stored
            """);
        await b.TranscriptAsync("""
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS *
            S: * 1 FETCH (UID 1 FLAGS (\Deleted x))
            """);
        await a.TranscriptAsync("""
            C: b EXPUNGE
            S: * 1 EXPUNGE
            S: b OK expunged
            """);
        await b.TranscriptAsync("""
            S: * 1 EXPUNGE
            C: done
            S: a OK no longer idle
            C: b NOOP
            S: b OK done
            C: c IDLE
            S: + idling
            C: NOOP
            S: c BAD expected DONE
            """);
    }

    [Fact]
    public async Task DeletedMailbox_EndsTheSelectedState()
    {
        await using var test = await TestImap.StartAsync();
        var a = await test.LoginAsync();
        await a.TranscriptAsync("""
            C: a CREATE x
            S: a OK [MAILBOXID (F*
            """);
        var (b, idle) = (await test.SelectAsync("x"), await test.SelectAsync("x"));
        await idle.TranscriptAsync("""
            C: a IDLE
            S: + idling
            """);
        await a.TranscriptAsync("""
            C: b DELETE x
            S: b OK deleted
            """);
        await b.TranscriptAsync("""
            C: a NOOP
            S: * OK [CLOSED] the mailbox was deleted, or must be selected anew
            S: a OK done
            C: b FETCH 1 FLAGS
            S: b BAD select a mailbox first
            """);
        await idle.TranscriptAsync("""
            S: * OK [CLOSED] the mailbox was deleted, or must be selected anew
            C: DONE
            S: a OK no longer idle
            """);
    }

    [Fact]
    public async Task RenamedMailbox_StaysSelected()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1, "x");
        var (a, b) = (await test.LoginAsync(), await test.SelectAsync("x"));
        await a.TranscriptAsync("""
            C: a RENAME x y
            S: a OK renamed
            """);
        await b.TranscriptAsync("""
            C: a FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: a OK fetched
            """);
    }

    [Fact]
    public async Task AbuseCase39_OtherAccount_SeesNothingOfThisOne()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        await test.DeliverAsync(1, "private");
        await test.Store.CreateAsync("other", Mox.Store.InitialMailboxes.Default, default);
        var other = await test.LoginAsync("other@localhost");
        await other.TranscriptAsync("""
            C: a LIST "" p*
            S: a OK listed
            C: b STATUS INBOX (MESSAGES UIDNEXT)
            S: * STATUS Inbox (MESSAGES 0 UIDNEXT 1)
            S: b OK done
            C: c STATUS private (MESSAGES)
            S: c NO [NONEXISTENT] no such mailbox
            C: d SELECT "../mox/private"
            S: d NO [NONEXISTENT] *
            C: e SELECT INBOX
            S...
            S: e OK *
            C: f UID FETCH 1:* (FLAGS BODY.PEEK[])
            S: f OK fetched
            C: g UID COPY 1:3 private
            S: g NO [TRYCREATE] no such mailbox
            C: h UID SEARCH ALL
            S: * SEARCH
            S: h OK searched
            C: i IDLE
            S: + idling
            """);
        await test.DeliverAsync(1);
        await other.TranscriptAsync("""
            C: DONE
            S: i OK no longer idle
            """);
    }

    // What another account has is as what nobody has: the same answers, and no numbers that tell of its life.
    [Fact]
    public async Task AbuseCase39_EachCommand_AnswersAsIfOthersWereNotThere()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3, "theirs/work");
        var owner = await test.SelectAsync("theirs/work");
        await owner.TranscriptAsync("""
            C: a SETMETADATA theirs (/private/a "secret")
            S: a OK set
            C: b SETMETADATA "" (/private/a "secret")
            S: b OK set
            """);
        await test.Store.CreateAsync("other", Mox.Store.InitialMailboxes.Default, default);
        var other = await test.LoginAsync("other@localhost");
        await other.TranscriptAsync("""
            C: a APPEND INBOX {6+}
            C: a: b
            C:
            S: a OK *
            C: b SELECT INBOX
            S...
            S: b OK *
            C: c NOTIFY SET (selected (MessageNew MessageExpunge)) (personal (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadataChange))
            S: c OK *
            """);
        string[] commands =
        [
            "SELECT ?", "EXAMINE ?", "STATUS ? (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ MAILBOXID SIZE)", "DELETE ?", "RENAME ? taken",
            "LIST \"\" ?", "LIST \"\" (? ?/%) RETURN (STATUS (MESSAGES) METADATA (/private/a))", "LSUB \"\" ?*", "GETMETADATA ? /private/a",
            "GETMETADATA \"\" /private/a", "SETMETADATA ? (/private/a \"x\")", "GETQUOTAROOT ?", "SELECT INBOX", "COPY 1 ?", "MOVE 1 ?",
            "APPEND ? {1}", "REPLACE 1 ? {1}", "ESEARCH IN (mailboxes ?) RETURN (ALL COUNT) ALL", "ESEARCH IN (subtree ?) ALL", "ESEARCH IN (personal) TEXT message",
            "SEARCH OR EMAILID M2 THREADID T2", "NOTIFY SET STATUS (mailboxes (? ?/work) (MessageNew MessageExpunge))", "SELECT ? (QRESYNC (1 1))", "SELECT \"../mox/?\"",
        ];
        foreach (string command in commands)
        {
            string theirs = await AnswerAsync(command, "theirs");
            Assert.Equal(await AnswerAsync(command, "nobody"), theirs);
            Assert.DoesNotContain("secret", theirs, StringComparison.Ordinal);
        }
        string before = await AnswerAsync("STATUS INBOX (HIGHESTMODSEQ UIDNEXT UIDVALIDITY)", "INBOX");
        await test.DeliverAsync(2);
        await owner.TranscriptAsync("""
            C: c STATUS theirs/work (MESSAGES)
            S: * STATUS theirs/work (MESSAGES 3)
            S: c OK *
            C: d CREATE theirs/more
            S: d OK *
            """);
        Assert.Equal(before, await AnswerAsync("STATUS INBOX (HIGHESTMODSEQ UIDNEXT UIDVALIDITY)", "INBOX"));

        async Task<string> AnswerAsync(string command, string name)
        {
            await other.TranscriptAsync("C: y SELECT INBOX\nS...\nS: y OK *");
            await other.Client.SendLineAsync("x " + command.Replace("?", name, StringComparison.Ordinal));
            var lines = new List<string>();
            do
            {
                lines.Add((await other.Client.ReadLineAsync())!.Replace(name, "?", StringComparison.Ordinal));
            }
            while (!lines[^1].StartsWith("x ", StringComparison.Ordinal));
            return string.Join('\n', lines);
        }
    }

    [Fact]
    public async Task ManySessions_RandomCommands_ViewsAgreeAtTheEnd()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(20);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Client.StartAsync(test, i)));
        await Task.WhenAll(sessions.Select(s => Task.Run(() => s.RunAsync(60))));
        var views = new List<string>();
        foreach (var session in sessions)
        {
            await session.CommandAsync("NOOP");
            await session.CommandAsync("NOOP");
            views.Add(session.View);
        }
        var fresh = await Client.StartAsync(test, 99);
        views.Add(fresh.View);
        Assert.Single(views.Distinct());
    }

    /// <summary>Keeps a model of the mailbox from the responses alone.</summary>
    private sealed class Client(FakeConnection connection, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<(uint Uid, string Flags)> _messages = [];
        private int _tag;

        public string View => string.Join(' ', _messages.Select(m => $"{m.Uid}{m.Flags}"));

        public static async Task<Client> StartAsync(TestImap test, int seed)
        {
            var client = new Client(await test.LoginAsync(), seed);
            if (seed % 2 == 1)
            {
                // These are told by VANISHED.
                await client.CommandAsync("ENABLE QRESYNC");
            }
            await client.CommandAsync("SELECT INBOX");
            await client.CommandAsync("FETCH 1:* (UID FLAGS)");
            return client;
        }

        public async Task RunAsync(int commands)
        {
            for (int i = 0; i < commands; i++)
            {
                string set = _messages.Count == 0 ? "1:*" : $"{_random.Next(_messages.Count) + 1}:*";
                string flag = new[] { "\\Seen", "\\Flagged", "\\Deleted", "k1" }[_random.Next(4)];
                await CommandAsync(_random.Next(8) switch
                {
                    0 => "APPEND INBOX {5+}\r\na: b\n",
                    1 => _messages.Count > 10 ? "EXPUNGE" : "NOOP",
                    2 or 3 => $"STORE {set} {"+-"[_random.Next(2)]}FLAGS{(_random.Next(2) == 0 ? "" : ".SILENT")} ({flag})",
                    4 => $"FETCH {set} (UID FLAGS BODY.PEEK[])",
                    5 => $"UID SEARCH {(_random.Next(2) == 0 ? "DELETED" : "BODY x")}",
                    6 => $"UID FETCH 1:* (FLAGS)",
                    _ => "NOOP",
                });
            }
        }

        public async Task CommandAsync(string command)
        {
            string tag = $"t{_tag++}";
            bool renumbers = !command.StartsWith("FETCH", StringComparison.Ordinal) && !command.StartsWith("STORE", StringComparison.Ordinal);
            await connection.Client.SendLineAsync($"{tag} {command}");
            while (true)
            {
                string line = (await connection.Client.ReadLineAsync())!;
                if (line.StartsWith(tag, StringComparison.Ordinal))
                {
                    Assert.True(line.StartsWith(tag + " OK", StringComparison.Ordinal) || line.Contains("EXPUNGEISSUED", StringComparison.Ordinal)
                        || line.Contains("no message of that number", StringComparison.Ordinal), $"{command}: {line}");
                    if (command.Contains(".SILENT", StringComparison.Ordinal))
                    {
                        // What the client set in silence it does not model: it asks.
                        await CommandAsync("UID FETCH 1:* (FLAGS)");
                    }
                    return;
                }
                await UntaggedAsync(line, renumbers);
            }
        }

        private async Task UntaggedAsync(string line, bool renumbers)
        {
            string[] words = line.Split(' ');
            if (words is ["*", var number, "EXPUNGE"])
            {
                Assert.True(renumbers, "EXPUNGE where none may be");
                _messages.RemoveAt(int.Parse(number, null) - 1);
            }
            else if (words is ["*", "VANISHED", var uids])
            {
                Assert.True(renumbers, "VANISHED where none may be");
                foreach (uint[] ends in uids.Split(',').Select(run => run.Split(':').Select(n => uint.Parse(n, null)).ToArray()))
                {
                    Assert.Equal((int)(ends[^1] - ends[0] + 1), _messages.RemoveAll(m => m.Uid >= ends[0] && m.Uid <= ends[^1]));
                }
            }
            else if (words is ["*", var count, "EXISTS"])
            {
                Assert.True(int.Parse(count, null) >= _messages.Count);
                while (_messages.Count < int.Parse(count, null))
                {
                    _messages.Add(default);
                }
            }
            else if (words is ["*", var index, "FETCH", ..])
            {
                while (line.EndsWith('}'))
                {
                    await connection.Client.ReadBytesAsync(int.Parse(line[(line.LastIndexOf('{') + 1)..^1], null));
                    line += (await connection.Client.ReadLineAsync())!;
                }
                int at = int.Parse(index, null) - 1;
                uint uid = uint.Parse(line.Split("UID ")[1].Split(' ', ')')[0], null);
                // A silent change tells MODSEQ alone.
                string flags = line.Contains("FLAGS (", StringComparison.Ordinal) ? line.Split("FLAGS (")[1].Split(')')[0] : _messages[at].Flags;
                Assert.True(_messages[at].Uid == 0 || _messages[at].Uid == uid, "a number changed its meaning");
                _messages[at] = (uid, flags);
            }
        }
    }
}
