using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>QRESYNC and CONDSTORE as a client uses them that comes back (RFC 7162).</summary>
public class QResyncTests
{
    [Fact]
    public async Task Select_WithQResync_TellsWhatLeftAndWhatChanged()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(10);
        var (validity, modSeq) = await StateAsync(test);
        var other = await test.SelectAsync();
        await other.TranscriptAsync("""
            C: a STORE 2,3,4,9 +FLAGS.SILENT (\Deleted)
            S: a OK stored
            C: b UID EXPUNGE 2:4
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: b OK expunged
            C: c UID STORE 7 +FLAGS.SILENT ($Forwarded)
            S: c OK stored
            """);
        await test.DeliverAsync(1);
        var connection = await EnabledAsync(test);
        await connection.TranscriptAsync($"""
            C: b SELECT INBOX (QRESYNC ({validity} {modSeq}))
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS *
            S: * 0 RECENT
            S: * 8 EXISTS
            S: * OK [UNSEEN 1] first unseen
            S: * OK [UIDVALIDITY {validity}] UIDs are valid
            S: * OK [UIDNEXT 12] next UID
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ {modSeq + 4}] last change
            S: * VANISHED (EARLIER) 2:4
            S: * 4 FETCH (UID 7 FLAGS ($Forwarded) MODSEQ ({modSeq + 3}))
            S: * 6 FETCH (UID 9 FLAGS (\Deleted) MODSEQ ({modSeq + 1}))
            S: * 8 FETCH (UID 11 FLAGS () MODSEQ ({modSeq + 4}))
            S: b OK [READ-WRITE] selected
            C: c EXAMINE INBOX (QRESYNC ({validity} {modSeq} 1:3,9:20))
            S: * OK [CLOSED] *
            S...
            S: * VANISHED (EARLIER) 2:3
            S: * 6 FETCH (UID 9 FLAGS (\Deleted) MODSEQ ({modSeq + 1}))
            S: * 8 FETCH (UID 11 FLAGS () MODSEQ ({modSeq + 4}))
            S: c OK [READ-ONLY] look around
            C: d SELECT INBOX (CONDSTORE QRESYNC ({validity} {modSeq + 4} 1:11 (1,4 1,7)))
            S: * OK [CLOSED] *
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS *
            S: * 0 RECENT
            S: * 8 EXISTS
            S: * OK [UNSEEN 1] first unseen
            S: * OK [UIDVALIDITY {validity}] UIDs are valid
            S: * OK [UIDNEXT 12] next UID
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ {modSeq + 4}] last change
            S: d OK [READ-WRITE] selected
            C: e SELECT INBOX (QRESYNC ({validity + 1} {modSeq}))
            S: * OK [CLOSED] *
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS *
            S: * 0 RECENT
            S: * 8 EXISTS
            S: * OK [UNSEEN 1] first unseen
            S: * OK [UIDVALIDITY {validity}] UIDs are valid
            S: * OK [UIDNEXT 12] next UID
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ {modSeq + 4}] last change
            S: e OK [READ-WRITE] selected
            """);
    }

    [Fact]
    public async Task Select_WithBadParameters_GetsBad()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await EnabledAsync(test);
        string[] bad =
        [
            "(QRESYNC (0 1))",
            "(QRESYNC (1 0))",
            "(QRESYNC (1))",
            "(QRESYNC (1 2 ))",
            "(QRESYNC (1 2 1:*))",
            "(QRESYNC (1 2 1:5 (1:3 1:4)))",
            "(QRESYNC (1 2 1:5 (3,1 1,3)))",
            "(QRESYNC (1 2 1:5 (1,2 5,4)))",
            "(QRESYNC (1 2 1:5 (1:3 1:2,2)))",
            "(QRESYNC (1 2 1:5 (1:2 1)))",
            "(QRESYNC (1 2 1:5 (1:2 1:*)))",
            "(QRESYNC (1 2 1:5 (1:4294967295,7 1:4294967295,7)))",
            "(QRESYNC (1 2) QRESYNC (1 2))",
            "()",
            "(CONDSTORE",
        ];
        foreach (string parameters in bad)
        {
            await connection.TranscriptAsync($"""
                C: b SELECT INBOX {parameters}
                S: b BAD *
                """);
        }
        await connection.TranscriptAsync("""
            C: c SELECT INBOX
            S...
            S: c OK [READ-WRITE] selected
            """);
    }

    [Fact]
    public async Task Select_WithQResyncNotEnabled_GetsBadAndNothingIsClosed()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: b SELECT INBOX (QRESYNC (1 2))
            S: b BAD ENABLE QRESYNC comes first
            C: c UID FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)
            S: c BAD ENABLE QRESYNC comes before VANISHED
            C: d FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)
            S: d BAD *
            C: e UID FETCH 1 (FLAGS) (VANISHED)
            S: e BAD *
            C: f FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: f OK fetched
            """);
    }

    [Fact]
    public async Task Select_WithSamples_LeavesOutWhatLeftBelowAMatch()
    {
        await using var test = await TestImap.StartAsync(tombstones: 0);
        await test.DeliverAsync(10);
        await ExpungeAsync(test, "2:3");
        var (validity, modSeq) = await StateAsync(test);
        await ExpungeAsync(test, "8");
        // Tombstones go when an account is opened, before the first change after that.
        await test.RestartAsync();
        using (var lease = await test.Store.OpenAsync("mox", default))
        {
            await lease.Account.SetSubscribedAsync(MailboxName.Parse("later"), true, default);
        }
        var connection = await EnabledAsync(test);
        // The store does not know when 2, 3 and 8 left; the client shows that 2 and 3 were gone when it looked.
        await connection.TranscriptAsync($"""
            C: b SELECT INBOX (QRESYNC ({validity} {modSeq}))
            S...
            S: * VANISHED (EARLIER) 2:3,8
            S: b OK *
            C: c SELECT INBOX (QRESYNC ({validity} {modSeq} 1:10 (1:8 1,4:10)))
            S...
            S: * VANISHED (EARLIER) 8
            S: c OK *
            """);
    }

    [Fact]
    public async Task Select_WithAUidThatHadLeft_TellsAllThatLeft()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(10);
        await ExpungeAsync(test, "2:3");
        var (validity, modSeq) = await StateAsync(test);
        await ExpungeAsync(test, "8");
        var connection = await EnabledAsync(test);
        await connection.TranscriptAsync($"""
            C: b SELECT INBOX (QRESYNC ({validity} {modSeq} 1:10 (1,3 1,3)))
            S...
            S: * OK [ALERT] *
            S: * VANISHED (EARLIER) 2:3,8
            S: b OK *
            C: c SELECT INBOX (QRESYNC ({validity} {modSeq} 1:10 (1,6 1,8)))
            S...
            S: * VANISHED (EARLIER) 8
            S: c OK *
            """);
    }

    [Fact]
    public async Task UidFetch_Vanished_TellsWhatLeftOfTheSet()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(10);
        var (_, modSeq) = await StateAsync(test);
        await ExpungeAsync(test, "3,5,10");
        var connection = await EnabledAsync(test);
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: b SELECT INBOX
            S...
            S: b OK *
            """);
        await other.TranscriptAsync("""
            C: a UID STORE 1,6 +FLAGS.SILENT (\Deleted)
            S: a OK stored
            C: b UID EXPUNGE 6
            S: * 4 EXPUNGE
            S: b OK expunged
            """);
        // 6 is still told of here: it leaves after the command, as news.
        await connection.TranscriptAsync($"""
            C: c UID FETCH 1:* (FLAGS) (CHANGEDSINCE {modSeq} VANISHED)
            S: * VANISHED (EARLIER) 3,5,10
            S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ ({modSeq + 3}))
            S: * VANISHED 6
            S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ ({modSeq + 3}))
            S: c OK fetched
            C: d UID FETCH 2:4 (FLAGS) (VANISHED CHANGEDSINCE {modSeq})
            S: * VANISHED (EARLIER) 3
            S: d OK fetched
            """);
    }

    [Fact]
    public async Task Expunge_WithQResync_TellsVanishedAndHighestModSeq()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(8);
        var (_, modSeq) = await StateAsync(test);
        var connection = await EnabledAsync(test);
        var plain = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: b SELECT INBOX
            S...
            S: b OK *
            C: c EXPUNGE
            S: c OK expunged
            C: d STORE 1:3,8 +FLAGS.SILENT (\Deleted)
            S: * 1 FETCH (UID 1 MODSEQ ({modSeq + 1}))
            S: * 2 FETCH (UID 2 MODSEQ ({modSeq + 1}))
            S: * 3 FETCH (UID 3 MODSEQ ({modSeq + 1}))
            S: * 8 FETCH (UID 8 MODSEQ ({modSeq + 1}))
            S: d OK stored
            C: e UID EXPUNGE 1:2
            S: * VANISHED 1:2
            S: e OK [HIGHESTMODSEQ {modSeq + 2}] expunged
            C: f EXPUNGE
            S: * VANISHED 3,8
            S: f OK [HIGHESTMODSEQ {modSeq + 3}] expunged
            C: g UID MOVE 4 Trash
            S: * OK [COPYUID *
            S: * VANISHED 4
            S: g OK [HIGHESTMODSEQ {modSeq + 4}] moved
            C: h STORE 1 +FLAGS.SILENT (\Deleted)
            S: * 1 FETCH (UID 5 MODSEQ ({modSeq + 5}))
            S: h OK stored
            C: i CLOSE
            S: i OK [HIGHESTMODSEQ {modSeq + 6}] closed
            """);
        await plain.TranscriptAsync("""
            C: b NOOP
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 3 EXPUNGE
            S: b OK *
            """);
    }

    [Fact]
    public async Task Close_WithChangesThatWereNotTold_DoesNotTellHighestModSeq()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await EnabledAsync(test);
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: b SELECT INBOX
            S...
            S: b OK *
            C: c STORE 1 +FLAGS.SILENT (\Deleted)
            S: * 1 FETCH *
            S: c OK stored
            """);
        await other.TranscriptAsync("""
            C: a STORE 2 +FLAGS.SILENT (\Flagged)
            S: * 1 FETCH *
            S: a OK stored
            """);
        await connection.TranscriptAsync("""
            C: d CLOSE
            S: d OK closed
            """);
    }

    [Fact]
    public async Task Vanished_OfManyRuns_ComesInShortLines()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1001);
        var (validity, modSeq) = await StateAsync(test);
        var odd = string.Join(',', Enumerable.Range(0, 501).Select(i => 2 * i + 1));
        await ExpungeAsync(test, odd);
        var connection = await EnabledAsync(test);
        await connection.Client.SendAsync($"b SELECT INBOX (QRESYNC ({validity} {modSeq}))\r\n");
        var told = new List<string>();
        string line;
        while (!(line = (await connection.Client.ReadLineAsync())!).StartsWith("b ", StringComparison.Ordinal))
        {
            if (line.StartsWith("* VANISHED (EARLIER) ", StringComparison.Ordinal))
            {
                Assert.True(line.Length < 4096);
                told.Add(line["* VANISHED (EARLIER) ".Length..]);
            }
        }
        Assert.True(told.Count > 1);
        Assert.Equal(odd, string.Join(',', told));
    }

    private static async Task<FakeConnection> EnabledAsync(TestImap test)
    {
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE QRESYNC
            S: * ENABLED QRESYNC
            S: a OK done
            """);
        return connection;
    }

    private static async Task ExpungeAsync(TestImap test, string uids)
    {
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a UID STORE {uids} +FLAGS.SILENT (\Deleted)
            S: a OK stored
            C: b EXPUNGE
            S...
            S: b OK expunged
            """);
    }

    private static async Task<(uint UidValidity, long ModSeq)> StateAsync(TestImap test)
    {
        using var lease = await test.Store.OpenAsync("mox", default);
        var inbox = lease.Account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox);
        return (inbox.UidValidity.Value, inbox.HighestModSeq.Value);
    }
}
