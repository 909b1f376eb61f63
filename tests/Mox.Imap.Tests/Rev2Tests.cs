namespace Mox.Imap.Tests;

/// <summary>What is different once IMAP4rev2 is enabled (RFC 9051 appendix E).</summary>
public class Rev2Tests
{
    [Fact]
    public async Task Select_TellsTheName_NeitherRecentNorUnseen()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        await test.DeliverAsync(1, "Inbox/Work");
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE IMAP4rev2
            S: * ENABLED IMAP4rev2
            S: a OK done
            C: b SELECT inbox
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS *
            S: * 2 EXISTS
            S: * OK [UIDVALIDITY *
            S: * OK [UIDNEXT 3] next UID
            S: * LIST (\HasChildren \Subscribed) "/" Inbox
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ *
            S: b OK [READ-WRITE] selected
            C: c EXAMINE INBOX/Work
            S: * OK [CLOSED] *
            S: * FLAGS *
            S: * OK [PERMANENTFLAGS ()] *
            S: * 1 EXISTS
            S: * OK [UIDVALIDITY *
            S: * OK [UIDNEXT 2] next UID
            S: * LIST (\HasNoChildren \Subscribed) "/" Inbox/Work ("OLDNAME" (INBOX/Work))
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ *
            S: c OK [READ-ONLY] look around
            C: d SELECT nowhere
            S: * OK [CLOSED] *
            S: d NO [NONEXISTENT] no such mailbox
            C: e FETCH 1 FLAGS
            S: e BAD select a mailbox first
            """);
    }

    [Fact]
    public async Task NamesAndStrings_AreUtf8()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE B&APw-ro
            S: a OK *
            C: b ENABLE IMAP4rev2
            S: * ENABLED IMAP4rev2
            S: b OK done
            C: c LIST "" B*
            S: * LIST (\HasNoChildren) "/" "Büro"
            S: c OK listed
            C: d SELECT "Büro"
            S...
            S: * LIST (\HasNoChildren \Subscribed) "/" "Büro"
            S...
            S: d OK *
            C: e CREATE "a&b"
            S: e OK *
            C: f LIST "" a*
            S: * LIST (\HasNoChildren) "/" a&b
            S...
            S: f OK listed
            """);
    }
}
