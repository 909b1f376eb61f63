using Mox.Store;

namespace Mox.Imap.Tests.Search;

/// <summary>RETURN of SEARCH (RFC 4731), <c>$</c> (RFC 5182), PARTIAL (RFC 9394), and ESEARCH in many mailboxes (RFC 7377).</summary>
public class EsearchTests
{
    [Fact]
    public async Task Return_GivesWhatIsAsked()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(12);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: 0 STORE 2,10:11 +FLAGS.SILENT \Flagged
            S: 0 OK stored
            C: A282 SEARCH RETURN (MIN COUNT) FLAGGED
            S: * ESEARCH (TAG "A282") MIN 2 COUNT 3
            S: A282 OK searched
            C: A283 SEARCH RETURN () FLAGGED
            S: * ESEARCH (TAG "A283") ALL 2,10:11
            S: A283 OK searched
            C: A284 SEARCH RETURN (MIN) 1,9
            S: * ESEARCH (TAG "A284") MIN 1
            S: A284 OK searched
            C: A285 UID SEARCH RETURN (MIN MAX) 1:12
            S: * ESEARCH (TAG "A285") UID MIN 1 MAX 12
            S: A285 OK searched
            C: A286 UID SEARCH RETURN (MAX) UNFLAGGED
            S: * ESEARCH (TAG "A286") UID MAX 12
            S: A286 OK searched
            C: A287 SEARCH RETURN (COUNT) ANSWERED
            S: * ESEARCH (TAG "A287") COUNT 0
            S: A287 OK searched
            C: A288 SEARCH RETURN (MIN MAX ALL) ANSWERED
            S: * ESEARCH (TAG "A288")
            S: A288 OK searched
            C: A289 SEARCH RETURN (ALL) CHARSET UTF-8 FLAGGED
            S: * ESEARCH (TAG "A289") ALL 2,10:11
            S: A289 OK searched
            C: A290 SEARCH CHARSET UTF-8 RETURN (ALL) FLAGGED
            S: A290 BAD *
            C: A291 SEARCH FLAGGED
            S: * SEARCH 2 10 11
            S: A291 OK searched
            """);
    }

    [Fact]
    public async Task Return_WithModSeq_TellsTheHighestOfWhatIsNamed()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: 0 STORE 1 +FLAGS.SILENT \Flagged
            S: 0 OK stored
            """);
        using var lease = await test.Store.OpenAsync("mox", default);
        Assert.True(lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox));
        using var view = await lease.Account.OpenViewAsync(inbox!.Id, default);
        // The first was changed last.
        var (first, second, third) = (view.Told[0].ModSeq, view.Told[1].ModSeq, view.Told[2].ModSeq);
        Assert.True(first > third && third > second);
        await connection.TranscriptAsync($"""
            C: a SEARCH RETURN (MIN) MODSEQ 1
            S: * ESEARCH (TAG "a") MIN 1 MODSEQ {first}
            S: a OK searched
            C: b SEARCH RETURN (MAX) MODSEQ 1
            S: * ESEARCH (TAG "b") MAX 3 MODSEQ {third}
            S: b OK searched
            C: c SEARCH RETURN (MAX COUNT) MODSEQ "/flags/\\draft" all 1
            S: * ESEARCH (TAG "c") MAX 3 COUNT 3 MODSEQ {first}
            S: c OK searched
            C: d SEARCH RETURN (ALL) MODSEQ {first.Value + 1}
            S: * ESEARCH (TAG "d")
            S: d OK searched
            C: e SEARCH MODSEQ {third}
            S: * SEARCH 1 3 (MODSEQ {first})
            S: e OK searched
            C: f SEARCH MODSEQ "draft" all 1
            S: f BAD *
            """);
    }

    [Fact]
    public async Task Rev2_AlwaysGetsEsearch()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: 0 ENABLE IMAP4rev2
            S: * ENABLED IMAP4rev2
            S: 0 OK *
            C: 1 SELECT INBOX
            S...
            S: 1 OK *
            C: a SEARCH 1:2
            S: * ESEARCH (TAG "a") ALL 1:2
            S: a OK searched
            C: b UID SEARCH CHARSET UTF-8 3
            S: * ESEARCH (TAG "b") UID ALL 3
            S: b OK searched
            C: c SEARCH ANSWERED
            S: * ESEARCH (TAG "c")
            S: c OK searched
            """);
    }

    [Fact]
    public async Task Saved_IsUsedByLaterCommands()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(6);
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        await connection.TranscriptAsync("""
            C: z FETCH $ UID
            S: z OK fetched
            C: z1 COPY $ Archive
            S: z1 OK there were none
            C: a SEARCH RETURN (SAVE) 2:5
            S: a OK searched
            C: b FETCH $ UID
            S: * 2 FETCH (UID 2)
            S: * 3 FETCH (UID 3)
            S: * 4 FETCH (UID 4)
            S: * 5 FETCH (UID 5)
            S: b OK fetched
            C: c SEARCH $ NOT 3
            S: * SEARCH 2 4 5
            S: c OK searched
            C: d UID SEARCH UID $ OR 1 $
            S: * SEARCH 2 3 4 5
            S: d OK searched
            C: e SEARCH RETURN (MIN MAX SAVE) ALL
            S: * ESEARCH (TAG "e") MIN 1 MAX 6
            S: e OK searched
            C: f UID FETCH $ UID
            S: * 1 FETCH (UID 1)
            S: * 6 FETCH (UID 6)
            S: f OK fetched
            C: g SEARCH RETURN (COUNT SAVE) 3:4
            S: * ESEARCH (TAG "g") COUNT 2
            S: g OK searched
            C: h SEARCH RETURN (SAVE PARTIAL -1:-1 MIN) 1:4
            S: * ESEARCH (TAG "h") MIN 1 PARTIAL (-1:-1 4)
            S: h OK searched
            C: i STORE $ +FLAGS.SILENT \Deleted
            S: i OK stored
            C: j SEARCH DELETED
            S: * SEARCH 1 4
            S: j OK searched
            C: k SEARCH RETURN (SAVE) 1:5
            S: k OK searched
            """);
        await other.TranscriptAsync("""
            C: a EXPUNGE
            S: * 1 EXPUNGE
            S: * 3 EXPUNGE
            S...
            S: a OK expunged
            """);
        await connection.TranscriptAsync("""
            C: a NOOP
            S: * 1 EXPUNGE
            S: * 3 EXPUNGE
            S: a OK done
            C: b FETCH $ UID
            S: * 1 FETCH (UID 2)
            S: * 2 FETCH (UID 3)
            S: * 3 FETCH (UID 5)
            S: b OK fetched
            C: c UID MOVE $ Archive
            S: * OK [COPYUID *
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: c OK moved
            C: d SEARCH $
            S: * SEARCH
            S: d OK searched
            """);
    }

    [Theory]
    [InlineData("SELECT INBOX")]
    [InlineData("SEARCH RETURN (SAVE) CHARSET KOI8-R SUBJECT x")]
    [InlineData("SEARCH RETURN (SAVE) ANSWERED")]
    public async Task Saved_IsEmptied(string command)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a SEARCH RETURN (SAVE) ALL
            S: a OK searched
            C: b {command}
            S...
            S: b *
            C: c SEARCH $
            S: * SEARCH
            S: c OK searched
            """);
    }

    [Theory]
    [InlineData("SEARCH UNSEEN")]
    [InlineData("SEARCH RETURN (COUNT) ANSWERED")]
    [InlineData("SEARCH RETURN (SAVE) FOO")]
    [InlineData("CHECK")]
    public async Task Saved_IsKept(string command)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a SEARCH RETURN (SAVE) ALL
            S: a OK searched
            C: b {command}
            S...
            S: b *
            C: c SEARCH $
            S: * SEARCH 1 2
            S: c OK searched
            """);
    }

    [Fact]
    public async Task Partial_GivesAWindow()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(10);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: A01 UID SEARCH RETURN (PARTIAL -1:-3) NOT 5
            S: * ESEARCH (TAG "A01") UID PARTIAL (-1:-3 8:10)
            S: A01 OK searched
            C: A02 UID SEARCH RETURN (PARTIAL 4:6 COUNT) NOT 5
            S: * ESEARCH (TAG "A02") UID COUNT 9 PARTIAL (4:6 4,6:7)
            S: A02 OK searched
            C: A03 UID SEARCH RETURN (PARTIAL 24000:24500 MIN) ALL
            S: * ESEARCH (TAG "A03") UID MIN 1 PARTIAL (24000:24500 NIL)
            S: A03 OK searched
            C: A04 UID SEARCH RETURN (PARTIAL 1:2 ALL) ALL
            S: A04 BAD *
            C: A05 UID FETCH 2:8 UID (PARTIAL -1:-2)
            S: * 7 FETCH (UID 7)
            S: * 8 FETCH (UID 8)
            S: A05 OK fetched
            C: A06 UID FETCH 1:* (FLAGS) (PARTIAL 3:3)
            S: * 3 FETCH (UID 3 FLAGS ())
            S: A06 OK fetched
            C: A07 UID FETCH 1:* FLAGS (PARTIAL 11:20)
            S: A07 OK fetched
            C: A08 UID STORE 2,4,6 +FLAGS.SILENT \Seen
            S: A08 OK stored
            """);
        using var lease = await test.Store.OpenAsync("mox", default);
        Assert.True(lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox));
        using var view = await lease.Account.OpenViewAsync(inbox!.Id, default);
        var (seen, before) = (view.Told[1].ModSeq, view.Told[9].ModSeq);
        await connection.TranscriptAsync($"""
            C: A09 UID FETCH 1:* FLAGS (CHANGEDSINCE {before} PARTIAL -1:-2)
            S: * 4 FETCH (UID 4 FLAGS (\Seen) MODSEQ ({seen}))
            S: * 6 FETCH (UID 6 FLAGS (\Seen) MODSEQ ({seen}))
            S: A09 OK fetched
            C: A10 FETCH 1:* FLAGS (PARTIAL 1:2)
            S: A10 BAD *
            C: A11 UID FETCH 1:* FLAGS (PARTIAL 1:2 PARTIAL 2:3)
            S: A11 BAD *
            """);
    }

    [Fact]
    public async Task Esearch_LooksIntoManyMailboxes()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        await test.DeliverAsync(2, "Archive");
        await test.DeliverAsync(1, "Inbox/Größe");
        await test.DeliverAsync(1, "Inbox/Größe/deep");
        await test.DeliverAsync(1, "Work & Play");
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: tag1 ESEARCH IN (mailboxes Archive subtree "INBOX") SUBJECT "message 1"
            S: * ESEARCH (TAG "tag1" MAILBOX Archive UIDVALIDITY *
            S: * ESEARCH (TAG "tag1" MAILBOX Inbox UIDVALIDITY *
            S: * ESEARCH (TAG "tag1" MAILBOX Inbox/Gr&APYA3w-e UIDVALIDITY *
            S: * ESEARCH (TAG "tag1" MAILBOX Inbox/Gr&APYA3w-e/deep UIDVALIDITY *
            S: tag1 OK searched
            C: tag2 ESEARCH IN (subtree-one inbox) RETURN (COUNT MAX) SUBJECT "message"
            S: * ESEARCH (TAG "tag2" MAILBOX Inbox UIDVALIDITY *
            S: * ESEARCH (TAG "tag2" MAILBOX Inbox/Gr&APYA3w-e UIDVALIDITY *
            S: tag2 OK searched
            C: tag3 ESEARCH IN (mailboxes ("Work &- Play" nowhere)) ALL
            S: * ESEARCH (TAG "tag3" MAILBOX "Work &- Play" UIDVALIDITY *
            S: tag3 OK searched
            C: tag4 ESEARCH IN (personal) ANSWERED
            S: tag4 OK searched
            C: tag5 ESEARCH IN (inboxes) RETURN () UID 3
            S: * ESEARCH (TAG "tag5" MAILBOX Inbox UIDVALIDITY *
            S: tag5 OK searched
            C: tag6 ESEARCH ALL
            S: tag6 BAD *
            C: tag7 ESEARCH IN (selected) ALL
            S: tag7 BAD *
            C: tag8 ESEARCH IN (selected-delayed) ALL
            S: tag8 BAD *
            C: tag9 ESEARCH IN (personal) 1:3
            S: tag9 BAD *
            C: tag10 ESEARCH IN (personal) RETURN (SAVE) ALL
            S: tag10 BAD *
            C: tag11 ESEARCH IN (personal) RETURN (UPDATE) ALL
            S: tag11 BAD *
            C: tag12 ESEARCH IN () ALL
            S: tag12 BAD *
            C: tag13 ESEARCH IN (mailboxes Archive ()) CHARSET UTF-8 2
            S: tag13 BAD *
            C: x SELECT INBOX
            S...
            S: x OK *
            C: tag14 ESEARCH RETURN (ALL SAVE) 2:3
            S: * ESEARCH (TAG "tag14" MAILBOX Inbox UIDVALIDITY *
            S: tag14 OK searched
            C: tag15 ESEARCH IN (selected) RETURN (COUNT) $
            S: * ESEARCH (TAG "tag15" MAILBOX Inbox UIDVALIDITY *
            S: tag15 OK searched
            C: tag16 UID ESEARCH ALL
            S: tag16 BAD *
            """);
    }

    [Fact]
    public async Task Esearch_TellsUidsAndUidValidity()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        using var lease = await test.Store.OpenAsync("mox", default);
        lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync($"""
            C: 0 ENABLE UTF8=ACCEPT
            S...
            S: 0 OK *
            C: a ESEARCH IN (subscribed) RETURN (ALL MIN COUNT) NOT UID 2
            S: * ESEARCH (TAG "a" MAILBOX Inbox UIDVALIDITY {inbox!.UidValidity}) UID MIN 1 COUNT 2 ALL 1,3
            S: a OK searched
            """);
    }
}
