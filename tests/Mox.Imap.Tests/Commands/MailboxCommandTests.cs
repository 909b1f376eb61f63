namespace Mox.Imap.Tests.Commands;

public class MailboxCommandTests
{
    [Fact]
    public async Task List_FreshAccount_HasTheDefaultMailboxesWithTheirRoles()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a LIST "" *
            S: * LIST (\HasNoChildren \Archive) "/" Archive
            S: * LIST (\HasNoChildren \Drafts) "/" Drafts
            S: * LIST (\HasNoChildren) "/" Inbox
            S: * LIST (\HasNoChildren \Junk) "/" Junk
            S: * LIST (\HasNoChildren \Sent) "/" Sent
            S: * LIST (\HasNoChildren \Trash) "/" Trash
            S: a OK listed
            C: b LIST "" ""
            S: * LIST (\Noselect) "/" ""
            S: b OK listed
            C: c LIST "" inbox
            S: * LIST (\HasNoChildren) "/" Inbox
            S: c OK listed
            C: d LSUB "" "T%"
            S: * LSUB () "/" Trash
            S: d OK listed
            C: e NAMESPACE
            S: * NAMESPACE (("" "/")) NIL NIL
            S: e OK done
            C: f LIST "" nosuch
            S: f OK listed
            """);
    }

    [Fact]
    public async Task Create_Delete_Rename_WithTheirRefusals()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE a/b/c/
            S: a OK [MAILBOXID (F*
            C: b LIST "" a*
            S: * LIST (\HasChildren) "/" a
            S: * LIST (\HasChildren) "/" a/b
            S: * LIST (\HasNoChildren) "/" a/b/c
            S: b OK listed
            C: c CREATE a
            S: c NO [ALREADYEXISTS] *
            C: d CREATE inbox
            S: d NO [ALREADYEXISTS] *
            C: e DELETE a/b
            S: e NO [HASCHILDREN] *
            C: f DELETE inbox
            S: f NO [CANNOT] *
            C: g DELETE nosuch
            S: g NO [NONEXISTENT] no such mailbox
            C: h RENAME a/b x/y
            S: h OK renamed
            C: i LIST "" %/%
            S: * LIST (\HasChildren) "/" x/y
            S: i OK listed
            C: j LIST "x/" *
            S: * LIST (\HasChildren) "/" x/y
            S: * LIST (\HasNoChildren) "/" x/y/c
            S: j OK listed
            C: k RENAME x x/z
            S: k NO [CANNOT] *
            C: l RENAME a x
            S: l NO [ALREADYEXISTS] *
            C: m RENAME nosuch y
            S: m NO [NONEXISTENT] no such mailbox
            C: n DELETE x/y/c
            S: n OK deleted
            C: o SELECT x/y/c
            S: o NO [NONEXISTENT] no such mailbox
            """);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"/a\"")]
    [InlineData("\"a//b\"")]
    [InlineData("\"../a\"")]
    [InlineData("\"a/./b\"")]
    [InlineData("\"#a\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("{4+}\r\na\r\nb")]
    [InlineData("&AGUDAQ-x")]
    [InlineData("\"e\u0301\"")]
    public async Task AbuseCase47_BadMailboxNames_AreRefused(string name)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.Client.SendLineAsync("a CREATE " + name);
        string reply = (await connection.Client.ReadLineAsync())!;
        Assert.True(reply.StartsWith("a NO [CANNOT] ", StringComparison.Ordinal) || reply.StartsWith("a BAD ", StringComparison.Ordinal), reply);
        await connection.TranscriptAsync("""
            C: b CREATE 10k
            S: b OK [MAILBOXID (F*
            """);
    }

    [Fact]
    public async Task AbuseCase47_DeepMailboxName_IsRefused()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.Client.SendLineAsync("a CREATE " + string.Concat(Enumerable.Repeat("a/", 5000)) + "b");
        Assert.StartsWith("a NO [CANNOT] ", await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task AbuseCase33_NamesAndStringsFullOfSyntax_AreOnlyData()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE "x' OR '1'='1; DROP TABLE Mailboxes; --"
            S: a OK [MAILBOXID (F*
            C: b CREATE "say \"hi\" \\o/"
            S: b OK [MAILBOXID (F*
            C: c CREATE "say \"hi\" \\o"
            S: c NO [ALREADYEXISTS] *
            C: d LIST "" "say*"
            S: * LIST (\HasNoChildren) "/" "say \"hi\" \\o"
            S: d OK listed
            C: e LIST "" "x*"
            S: * LIST (\HasNoChildren) "/" "x' OR '1'='1; DROP TABLE Mailboxes; --"
            S: e OK listed
            C: f SELECT "x' OR '1'='1; DROP TABLE Mailboxes; --"
            S...
            S: f OK [READ-WRITE] selected
            C: g SEARCH SUBJECT "')) {3} OR (1=1"
            S: * SEARCH
            S: g OK searched
            C*: h SEARCH SUBJECT {11}\r\n
            S: + go ahead
            C*: x" ALL\r\nq X\r\n
            S: * SEARCH
            S: h OK searched
            C: i STORE 1 +FLAGS ("a'b")
            S: i BAD *
            """);
    }

    [Fact]
    public async Task Create_WithUse_TakesTheRole()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE Gesendet (USE (\Sent))
            S: a OK [MAILBOXID (F*
            C: b LIST "" %e%
            S...
            S: * LIST (\HasNoChildren \Sent) "/" Gesendet
            S: * LIST (\HasNoChildren) "/" Sent
            S: b OK listed
            C: c CREATE x (USE (\Important))
            S: c NO [USEATTR] there is no such role
            C: d CREATE x (FOO)
            S: d BAD *
            C: e CREATE y (USE ())
            S: e OK [MAILBOXID (F*
            C: f CREATE z (USE (\Junk \Trash))
            S: f OK [MAILBOXID (F*
            C: g CREATE zz (USE (\Junk\Trash))
            S: g BAD *
            """);
    }

    [Fact]
    public async Task Names_InModifiedUtf7AndInUtf8()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE Entw&APw-rfe
            S: a OK [MAILBOXID (F*
            C: b LIST "" E*
            S: * LIST (\HasNoChildren) "/" Entw&APw-rfe
            S: b OK listed
            C: c CREATE "a&b"
            S: c BAD the mailbox name is not modified UTF-7 (at byte 9)
            C: d CREATE a&-b
            S: d OK [MAILBOXID (F*
            C: e ENABLE UTF8=ACCEPT CONDSTORE FOO
            S: * ENABLED UTF8=ACCEPT CONDSTORE
            S: e OK done
            C: f LIST "" E*
            S: * LIST (\HasNoChildren) "/" "Entwürfe"
            S: f OK listed
            C: g STATUS "Entwürfe" (MESSAGES)
            S: * STATUS "Entwürfe" (MESSAGES 0)
            S: g OK done
            C: h LIST "" a&b
            S: * LIST (\HasNoChildren) "/" a&b
            S: h OK listed
            """);
    }

    [Fact]
    public async Task Subscriptions_OutliveTheirMailbox()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE p/q
            S: a OK [MAILBOXID (F*
            C: b UNSUBSCRIBE p
            S: b OK unsubscribed
            C: c LSUB "" %
            S...
            S: * LSUB () "/" Trash
            S: * LSUB (\Noselect) "/" p
            S: c OK listed
            C: d LSUB "" *q
            S: * LSUB () "/" p/q
            S: d OK listed
            C: e DELETE p/q
            S: e OK deleted
            C: f LSUB "" p/*
            S: * LSUB (\Noselect) "/" p/q
            S: f OK listed
            C: g UNSUBSCRIBE p/q
            S: g OK unsubscribed
            C: h LSUB "" p/*
            S: h OK listed
            C: i SUBSCRIBE later
            S: i OK subscribed
            C: j LSUB "" l*
            S: * LSUB (\Noselect) "/" later
            S: j OK listed
            """);
    }

    [Fact]
    public async Task Rename_Inbox_MovesItsMessagesAndLeavesIt()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE Inbox/child
            S: a OK [MAILBOXID (F*
            C: b RENAME INBOX old
            S: b OK renamed
            C: c STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: c OK done
            C: d STATUS old (MESSAGES)
            S: * STATUS old (MESSAGES 2)
            S: d OK done
            C: e LIST "" Inbox/*
            S: * LIST (\HasNoChildren) "/" Inbox/child
            S: e OK listed
            """);
    }

    // RFC 3501 section 2.3.1.1: names that are taken again must not look like the mailboxes that had them.
    [Fact]
    public async Task UidValidity_OfANameThatIsTakenAgain_IsHigher()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        long last = await ValidityAsync("CREATE x");
        foreach (string[] commands in new string[][] { ["DELETE x", "CREATE x"], ["RENAME x y", "CREATE x"], ["DELETE x", "CREATE z", "RENAME z x"] })
        {
            long now = await ValidityAsync(commands);
            Assert.True(now > last, commands[0]);
            last = now;
        }

        async Task<long> ValidityAsync(params string[] commands)
        {
            foreach (string command in commands)
            {
                await connection.TranscriptAsync($"C: a {command}\nS: a OK *");
            }
            await connection.Client.SendLineAsync("b STATUS x (UIDVALIDITY)");
            string status = (await connection.Client.ReadLineAsync())!;
            await connection.TranscriptAsync("S: b OK *");
            return long.Parse(status[(status.LastIndexOf(' ') + 1)..^1], null);
        }
    }

    [Fact]
    public async Task Select_TellsTheStateInOrder()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a SELECT INBOX
            S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft $Forwarded $Junk $NotJunk $Phishing $MDNSent)
            S: * OK [PERMANENTFLAGS (\Seen \Answered \Flagged \Deleted \Draft $Forwarded $Junk $NotJunk $Phishing $MDNSent \*)] *
            S: * 0 RECENT
            S: * 3 EXISTS
            S: * OK [UNSEEN 1] *
            S: * OK [UIDVALIDITY *
            S: * OK [UIDNEXT 4] *
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ *
            S: a OK [READ-WRITE] selected
            C: b STORE 1 +FLAGS.SILENT (\Seen work)
            S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft $Forwarded $Junk $NotJunk $Phishing $MDNSent work)
            S: * OK [PERMANENTFLAGS (*
            S: b OK stored
            C: c EXAMINE INBOX (CONDSTORE)
            S: * OK [CLOSED] *
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS ()] *
            S: * 0 RECENT
            S: * 3 EXISTS
            S: * OK [UNSEEN 2] *
            S: * OK [UIDVALIDITY *
            S: * OK [UIDNEXT 4] *
            S: * OK [MAILBOXID (F*
            S: * OK [HIGHESTMODSEQ *
            S: c OK [READ-ONLY] look around
            C: d STORE 1 FLAGS ()
            S: d NO the mailbox is open read-only
            C: e EXPUNGE
            S: e NO the mailbox is open read-only
            C: f SELECT nosuch
            S: * OK [CLOSED] *
            S: f NO [NONEXISTENT] no such mailbox
            C: g FETCH 1 FLAGS
            S: g BAD select a mailbox first
            C: h SELECT INBOX (FOO)
            S: h BAD *
            C: i UNSELECT
            S: i BAD select a mailbox first
            """);
    }

    [Fact]
    public async Task Status_AllItems()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", "a: b\n\nc\n", "a: b\n\ncd\n");
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a STATUS inbox (MESSAGES RECENT UIDNEXT UNSEEN DELETED SIZE APPENDLIMIT)
            S: * STATUS Inbox (MESSAGES 2 RECENT 0 UIDNEXT 3 UNSEEN 2 DELETED 0 SIZE 23 APPENDLIMIT 104857600)
            S: a OK done
            C: b STATUS inbox (UIDVALIDITY HIGHESTMODSEQ)
            S: * STATUS Inbox (UIDVALIDITY *
            S: b OK done
            C: c STATUS nosuch (MESSAGES)
            S: c NO [NONEXISTENT] no such mailbox
            C: d STATUS inbox ()
            S: d BAD *
            C: e STATUS inbox (FOO)
            S: e BAD expected an item of STATUS (at byte 16)
            """);
    }

    [Fact]
    public async Task Close_Expunges_UnselectDoesNot()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b UNSELECT
            S: b OK *
            C: c STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 2)
            S: c OK done
            C: d EXAMINE INBOX
            S...
            S: d OK *
            C: e CLOSE
            S: e OK closed
            C: f STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 2)
            S: f OK done
            C: g SELECT INBOX
            S...
            S: g OK *
            C: h CLOSE
            S: h OK closed
            C: i STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 1)
            S: i OK done
            C: j CHECK
            S: j BAD select a mailbox first
            """);
    }
}
