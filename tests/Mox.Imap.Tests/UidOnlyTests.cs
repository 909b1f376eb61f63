using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>UIDONLY (RFC 9586): no sequence number goes either way.</summary>
public class UidOnlyTests
{
    [Fact]
    public async Task Commands_WithSequenceNumbers_AreRefused()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await SelectAsync(test);
        foreach (string command in (string[])
        [
            "FETCH 1 FLAGS", "STORE 1 +FLAGS (\\Seen)", "SEARCH ALL", "COPY 1 Archive", "MOVE 1 Archive",
            "UID SEARCH 1:3", "UID SEARCH OR SEEN (NOT 1)",
        ])
        {
            await connection.TranscriptAsync($"""
                C: a {command}
                S: a BAD [UIDREQUIRED] *
                """);
        }
        await connection.TranscriptAsync("""
            C: b ENABLE QRESYNC
            S: * ENABLED QRESYNC
            S...
            S: b OK done
            C: c SELECT INBOX (QRESYNC (1 1 1:3 (1 1)))
            S: c BAD [UIDREQUIRED] *
            """);
    }

    [Fact]
    public async Task Responses_NameMessagesByUid()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var connection = await SelectAsync(test);
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a UID FETCH 2:3 FLAGS
            S: * 2 UIDFETCH (FLAGS ())
            S: * 3 UIDFETCH (FLAGS ())
            S: a OK fetched
            C: b UID FETCH 2 (UID RFC822.SIZE BODY.PEEK[TEXT]<0.4>)
            S: * 2 UIDFETCH (UID 2 RFC822.SIZE 171 BODY[TEXT]<0> {4}
            S: This)
            S: b OK fetched
            C: c UID STORE 2 +FLAGS (\Deleted)
            S: * 2 UIDFETCH (FLAGS (\Deleted))
            S: c OK stored
            C: d UID STORE 2 +FLAGS.SILENT (\Seen)
            S: d OK stored
            C: e EXPUNGE
            S: * VANISHED 2
            S: e OK expunged
            C: f UID FETCH 3 (FLAGS MODSEQ)
            S: * 3 UIDFETCH (FLAGS () MODSEQ (*
            S: f OK fetched
            C: g UID MOVE 3 Archive
            S: * OK [COPYUID *
            S: * VANISHED 3
            S: g OK moved
            """);
        await other.TranscriptAsync("""
            C: a NOOP
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: a OK done
            C: b STORE 2 +FLAGS.SILENT (\Flagged)
            S: b OK stored
            C: c STORE 1 +FLAGS.SILENT (\Deleted)
            S: c OK stored
            C: d EXPUNGE
            S: * 1 EXPUNGE
            S: d OK expunged
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            C: h NOOP
            S: * VANISHED 1
            S: * 2 EXISTS
            S: * 4 UIDFETCH (FLAGS (\Flagged) MODSEQ (*
            S: * 5 UIDFETCH (FLAGS () MODSEQ (*
            S: h OK done
            """);
    }

    [Fact]
    public async Task Select_TellsNoSequenceNumber()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE UIDONLY
            S: * ENABLED UIDONLY
            S: a OK done
            C: b SELECT INBOX
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS *
            S: * 0 RECENT
            S: * 1 EXISTS
            S: * OK [UIDVALIDITY *
            S: * OK [UIDNEXT 2] next UID
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ *
            S: b OK [READ-WRITE] selected
            """);
    }

    private static async Task<FakeConnection> SelectAsync(TestImap test)
    {
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE UIDONLY
            S: * ENABLED UIDONLY
            S: a OK done
            C: b SELECT INBOX
            S...
            S: b OK [READ-WRITE] selected
            """);
        return connection;
    }
}
