using Mox.Imap.Search;
using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests.Commands;

public class MessageCommandTests
{
    private const string Multipart = """
        From: Ann <ann@example.org>
        To: mox@localhost
        Subject: two parts
        X-Fold: one
         two
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        Content-Type: text/plain

        first
        --b
        Content-Type: message/rfc822

        Subject: inner
        From: <x@example.org>

        inner text
        --b--
        epilogue

        """;

    [Fact]
    public async Task Fetch_Metadata_ComesFromSnapshotAndRow()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1 (UID FLAGS RFC822.SIZE INTERNALDATE)
            S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 171 INTERNALDATE "01-Mar-2024 10:00:00 +0000")
            S: a OK fetched
            C: b FETCH 1 ENVELOPE
            S: * 1 FETCH (ENVELOPE ("Fri, 01 Mar 2024 23:30:00 -0500" "Message 1" (("Ann" NIL "ann" "example.org")) (("Ann" NIL "ann" "example.org")) (("Ann" NIL "ann" "example.org")) ((NIL NIL "mox" "localhost")) NIL NIL NIL "<m1@example.org>"))
            S: b OK fetched
            C: c UID FETCH 1:* FAST
            S: * 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Mar-2024 10:00:00 +0000" RFC822.SIZE 171)
            S: c OK fetched
            C: d FETCH 1 BODY
            S: * 1 FETCH (BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 32 1))
            S: d OK fetched
            C: e FETCH 1 BODYSTRUCTURE
            S: * 1 FETCH (BODYSTRUCTURE ("text" "plain" *
            S: e OK fetched
            C: f FETCH 2 FLAGS
            S: f BAD there is no message of that number
            C: g UID FETCH 2 FLAGS
            S: g OK fetched
            C: h FETCH 1 (FLAGS MODSEQ)
            S: * 1 FETCH (FLAGS () MODSEQ (*
            S: h OK fetched
            C: i FETCH 0 FLAGS
            S: i BAD *
            """);
    }

    [Theory]
    [InlineData("BODY.PEEK[HEADER.FIELDS (subject X-None)]", "Subject: two parts\r\n\r\n")]
    [InlineData("BODY.PEEK[HEADER.FIELDS (X-FOLD)]", "X-Fold: one\r\n two\r\n\r\n")]
    [InlineData("BODY.PEEK[HEADER.FIELDS.NOT (From To Subject X-Fold Content-Type)]", "MIME-Version: 1.0\r\n\r\n")]
    [InlineData("BODY.PEEK[1]", "first")]
    [InlineData("BODY.PEEK[1.MIME]", "Content-Type: text/plain\r\n\r\n")]
    [InlineData("BODY.PEEK[2.MIME]", "Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("BODY.PEEK[2]", "Subject: inner\r\nFrom: <x@example.org>\r\n\r\ninner text")]
    [InlineData("BODY.PEEK[2.HEADER]", "Subject: inner\r\nFrom: <x@example.org>\r\n\r\n")]
    [InlineData("BODY.PEEK[2.TEXT]", "inner text")]
    [InlineData("BODY.PEEK[2.1]", "inner text")]
    [InlineData("BODY.PEEK[2.HEADER.FIELDS (From)]", "From: <x@example.org>\r\n\r\n")]
    [InlineData("BODY.PEEK[2.TEXT]<6.100>", "text")]
    [InlineData("BODY.PEEK[2.TEXT]<0.5>", "inner")]
    [InlineData("BODY.PEEK[2.TEXT]<100.5>", "")]
    [InlineData("BODY.PEEK[HEADER.FIELDS (subject)]<9.3>", "two")]
    [InlineData("RFC822.HEADER", "From: Ann <ann@example.org>\r\nTo: mox@localhost\r\nSubject: two parts\r\nX-Fold: one\r\n two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")]
    public async Task Fetch_Section_GivesExactlyItsBytes(string item, string expected)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Multipart);
        var connection = await test.SelectAsync();
        Assert.Equal(expected, await FetchAsync(connection, item));
        await connection.TranscriptAsync("""
            C: c FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: c OK fetched
            """);
    }

    [Theory]
    [InlineData("BODY[]")]
    [InlineData("RFC822")]
    public async Task Fetch_WholeMessage_GivesItsBytesAndSetsSeenAfterwards(string item)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Multipart);
        var connection = await test.SelectAsync();
        Assert.Equal(Multipart.ReplaceLineEndings("\r\n"), await FetchAsync(connection, item, "S: * 1 FETCH (UID 1 FLAGS (\\Seen))"));
        await connection.TranscriptAsync("""
            C: c FETCH 1 (BODY[3] BODY[1.HEADER] BODY[1.1])
            S: * 1 FETCH (BODY[3] NIL BODY[1.HEADER] NIL BODY[1.1] NIL)
            S: c OK fetched
            """);
    }

    [Fact]
    public async Task Fetch_InExaminedMailbox_DoesNotSetSeen()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync(command: "EXAMINE");
        await FetchAsync(connection, "BODY[TEXT]");
        await connection.TranscriptAsync("""
            C: c FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: c OK fetched
            """);
    }

    [Fact]
    public async Task Fetch_MessageOfManyMegabytes_ArrivesWhole()
    {
        await using var test = await TestImap.StartAsync();
        string message = "Subject: big\n\n" + string.Concat(Enumerable.Repeat(new string('x', 98) + "\n", 50_000));
        await test.DeliverAsync("Inbox", message);
        var connection = await test.SelectAsync();
        Assert.Equal(message.ReplaceLineEndings("\r\n"), await FetchAsync(connection, "BODY.PEEK[]"));
    }

    [Fact]
    public async Task Fetch_Utf8Enabled_GivesTheOtherForm()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", "Subject: grüße\n\nx\n");
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1 ENVELOPE
            S: * 1 FETCH (ENVELOPE (NIL "=?*
            S: a OK fetched
            C: b ENABLE UTF8=ACCEPT
            S: * ENABLED UTF8=ACCEPT
            S: b OK done
            C: c FETCH 1 ENVELOPE
            S: * 1 FETCH (ENVELOPE (NIL "grüße" *
            S: c OK fetched
            C: d SEARCH CHARSET UTF-8 ALL
            S: d BAD *
            """);
    }

    [Fact]
    public async Task Store_AllForms()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a STORE 1:2 +FLAGS (\Flagged $forwarded Work)
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS (*
            S: * 1 FETCH (UID 1 FLAGS (\Flagged $Forwarded work))
            S: * 2 FETCH (UID 2 FLAGS (\Flagged $Forwarded work))
            S: a OK stored
            C: b STORE 1 -FLAGS work
            S: * 1 FETCH (UID 1 FLAGS (\Flagged $Forwarded))
            S: b OK stored
            C: c UID STORE 2:* FLAGS (\Seen \Deleted)
            S: * 2 FETCH (UID 2 FLAGS (\Seen \Deleted))
            S: * 3 FETCH (UID 3 FLAGS (\Seen \Deleted))
            S: c OK stored
            C: d STORE 3 FLAGS.SILENT ()
            S: d OK stored
            C: e FETCH 3 FLAGS
            S: * 3 FETCH (FLAGS ())
            S: e OK fetched
            C: f UID STORE 99 +FLAGS \Seen
            S: f OK nothing to do
            C: g STORE 4 +FLAGS \Seen
            S: g BAD there is no message of that number
            C: h STORE 1 +FLAGS (\Recent)
            S: h BAD *
            C: i STORE 1 +FLAGS \Seen \Draft
            S: * 1 FETCH (UID 1 FLAGS (\Seen \Flagged \Draft $Forwarded))
            S: i OK stored
            C: j STORE 1 FLAGS
            S: j BAD *
            """);
    }

    [Fact]
    public async Task CondStore_UnchangedSinceAndChangedSince()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        long modSeq = await HighestModSeqAsync(connection);
        await connection.TranscriptAsync($"""
            C: a STORE 2 +FLAGS \Seen
            S: * 2 FETCH (UID 2 FLAGS (\Seen) MODSEQ ({modSeq + 1}))
            S: a OK stored
            C: b STORE 1:3 (UNCHANGEDSINCE {modSeq}) +FLAGS \Flagged
            S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ ({modSeq + 2}))
            S: * 3 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({modSeq + 2}))
            S: b OK [MODIFIED 2] *
            C: c UID STORE 1:3 (UNCHANGEDSINCE {modSeq + 1}) +FLAGS.SILENT \Answered
            S: * 2 FETCH (UID 2 MODSEQ ({modSeq + 3}))
            S: c OK [MODIFIED 1,3] *
            C: d FETCH 1:* (FLAGS) (CHANGEDSINCE {modSeq + 2})
            S: * 2 FETCH (FLAGS (\Seen \Answered) MODSEQ ({modSeq + 3}))
            S: d OK fetched
            C: e UID FETCH 1:* FLAGS (CHANGEDSINCE {modSeq + 3})
            S: e OK fetched
            C: f SEARCH MODSEQ {modSeq + 2}
            S: * SEARCH 1 2 3 (MODSEQ {modSeq + 3})
            S: f OK searched
            C: g SEARCH MODSEQ {modSeq + 4}
            S: * SEARCH
            S: g OK searched
            C: h FETCH 1 FLAGS (VANISHED)
            S: h BAD *
            """);
    }

    [Fact]
    public async Task Copy_Move_Expunge()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a COPY 2:3 Archive
            S: a OK [COPYUID *
            C: b COPY 1 nosuch
            S: b NO [TRYCREATE] no such mailbox
            C: c COPY 1 INBOX
            S: c NO [CANNOT] *
            C: d UID COPY 77 Archive
            S: d OK there were none
            C: e UID MOVE 2 Archive
            S: * OK [COPYUID *
            S: * 2 EXPUNGE
            S: e OK moved
            C: f MOVE 1:2 Archive
            S: * OK [COPYUID *
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: f OK moved
            C: g STATUS Archive (MESSAGES UIDNEXT)
            S: * STATUS Archive (MESSAGES 5 UIDNEXT 6)
            S: g OK done
            C: h FETCH 1 UID
            S: * 1 FETCH (UID 4)
            S: h OK fetched
            C: i SELECT Archive
            S...
            S: i OK *
            C: j STORE 1:3 +FLAGS.SILENT \Deleted
            S: j OK stored
            C: k UID EXPUNGE 2
            S: * 2 EXPUNGE
            S: k OK expunged
            C: l EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: l OK expunged
            C: m EXPUNGE
            S: m OK expunged
            C: n UID EXPUNGE 99
            S: n OK expunged
            C: o FETCH 1:* UID
            S: * 1 FETCH (UID 4)
            S: * 2 FETCH (UID 5)
            S: o OK fetched
            """);
    }

    // RFC 4315 section 3: the UIDs of both sides, in the same order, and the UIDVALIDITY of the destination.
    [Fact]
    public async Task CopyUid_AndAppendUid_NameTheMessagesThere()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(5);
        await test.DeliverAsync(1, "Archive");
        var connection = await test.SelectAsync();
        await connection.Client.SendLineAsync("a STATUS Archive (UIDVALIDITY)");
        string status = (await connection.Client.ReadLineAsync())!;
        string validity = status[(status.LastIndexOf(' ') + 1)..^1];
        await connection.TranscriptAsync($"""
            S: a OK done
            C: b COPY 1,3:4 Archive
            S: b OK [COPYUID {validity} 1,3:4 2:4] copied
            C: c UID MOVE 5,2 Archive
            S: * OK [COPYUID {validity} 2,5 5:6] *
            S: * 2 EXPUNGE
            S: * 4 EXPUNGE
            S: c OK moved
            C: d APPEND Archive {"{6+}"}
            C: a: b
            C*:  (\\Seen) {"{6+}"}\r\n
            C: a: b
            C:
            S: d OK [APPENDUID {validity} 7:8] appended
            C: e CHECK
            S: e OK *
            """);
    }

    [Fact]
    public async Task Search_AllKeys()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        await test.DeliverAsync("Inbox", """
            From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
            To: a@example.com, b@example.com
            Cc: Team <team@example.com>
            Bcc: hidden@example.com
            Subject: =?utf-8?b?R3LDvMOfZQ==?= everyone
            X-Special: yes
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            SGVsbG8gV8O2cmxkIQ==

            """);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: 0 STORE 2 +FLAGS.SILENT (\Seen \Flagged blue)
            S...
            S: 0 OK stored
            """);
        foreach (string line in new[]
        {
            "ALL = 1 2 3 4", "SEEN = 2", "UNSEEN = 1 3 4", "FLAGGED UNSEEN =", "OR SEEN 4 = 2 4", "NOT SEEN NOT 4 = 1 3",
            "(1:2 SEEN) = 2", "KEYWORD BLUE = 2", "UNKEYWORD blue = 1 3 4", "NEW =", "OLD = 1 2 3 4", "RECENT =",
            "1:2,4 = 1 2 4", "* = 4", "9:* = 4", "99 =", "UID 2:3 = 2 3", "UID * = 4", "SUBJECT \"message 2\" = 2",
            "SUBJECT \"Grüße\" = 4", "FROM \"JÜRGEN\" = 4", "FROM ann = 1 2 3", "TO b@ = 4", "CC team = 4", "BCC hidden = 4",
            "HEADER X-Special YES = 4", "HEADER X-Special \"\" = 4", "HEADER Message-ID <m3@ = 3", "HEADER subject every = 4",
            "BODY \"wörld\" = 4", "BODY \"text of message 3\" = 3", "BODY Subject =", "TEXT x-special = 4", "TEXT ann@ = 1 2 3",
            "BODY \"\" = 1 2 3 4", "LARGER 171 = 4", "SMALLER 172 = 1 2 3", "LARGER 4000000000 =",
            "SINCE 2-Mar-2024 = 2 3", "BEFORE 2-Mar-2024 = 1 4", "ON 3-Mar-2024 = 3", "SENTON 1-Mar-2024 = 1 2 3", "SENTON 2-Mar-2024 =",
            "SENTBEFORE 2-Mar-2024 = 1 2 3", "SENTSINCE 1-Mar-2024 = 1 2 3", "SENTSINCE 2-Mar-2024 =", "NOT BODY text 1:2 =",
            "OR BODY \"wörld\" SEEN = 2 4", "OR LARGER 123 SMALLER 123 = 1 2 3 4", "CHARSET UTF-8 FROM \"jürgen\" = 4",
            "charset us-ascii FROM ann = 1 2 3",
        })
        {
            string[] parts = line.Split(" =");
            await connection.Client.SendLineAsync("a SEARCH " + parts[0]);
            Assert.Equal($"{parts[0]}: * SEARCH{parts[1]}", $"{parts[0]}: {await connection.Client.ReadLineAsync()}");
            Assert.Equal("a OK searched", await connection.Client.ReadLineAsync());
        }
        await connection.TranscriptAsync("""
            C: a UID SEARCH UNSEEN
            S: * SEARCH 1 3 4
            S: a OK searched
            C: b SEARCH CHARSET KOI8-R FROM "x"
            S: b NO [BADCHARSET (US-ASCII UTF-8)] *
            C: c SEARCH
            S: c BAD *
            C: d SEARCH FOO
            S: d BAD expected a search key (at byte 9)
            """);
    }

    [Theory]
    [InlineData("BODY x@example.org", "* SEARCH 1")]
    [InlineData("TEXT \"subject: inner\"", "* SEARCH 1")]
    [InlineData("BODY \"two parts\"", "* SEARCH")]
    [InlineData("TEXT \"two parts\"", "* SEARCH 1")]
    [InlineData("BODY rfc822", "* SEARCH")]
    public async Task Search_Body_LooksIntoHeadersOfMessagesWithin(string keys, string expected)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Multipart, TestImap.Simple(2));
        var connection = await test.SelectAsync();
        await connection.Client.SendLineAsync("a SEARCH " + keys);
        Assert.Equal(expected, await connection.Client.ReadLineAsync());
    }

    [Theory]
    [InlineData("ALL", 5000)]
    [InlineData("BODY x", 1)]
    public async Task Search_WhoseClientIsGone_Ends(string keys, int messages)
    {
        await using var test = await TestImap.StartAsync();
        using var lease = await test.Store.OpenAsync("mox", default);
        Assert.True(lease.Account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox));
        using var spool = test.Store.CreateSpool();
        spool.Write("Subject: one\r\n\r\ntext\r\n"u8);
        using var content = spool.Finish();
        var message = new NewMessage { Content = content };
        await lease.Account.AddAsync(inbox!.Id, [.. Enumerable.Repeat(message, messages)], default);
        using var selected = new SelectedMailbox(await lease.Account.OpenViewAsync(inbox.Id, default), inbox.Name, isReadOnly: true);
        var scope = new SearchScope(selected.Told, selected.Current, null, DateTimeOffset.UnixEpoch);
        var search = new MessageSearch(lease.Account, scope, Parse());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.RunAsync(SearchExtent.All, new WorkProgress(), new CancellationToken(true)));

        SearchKey Parse()
        {
            var input = new ImapScanner(System.Text.Encoding.ASCII.GetBytes(keys));
            return SearchKey.ParseAll(ref input);
        }
    }

    internal static async Task<string> FetchAsync(FakeConnection connection, string item, string? then = null)
    {
        await connection.Client.SendLineAsync("b FETCH 1 " + item);
        string line = (await connection.Client.ReadLineAsync())!;
        Assert.StartsWith("* 1 FETCH (", line);
        int size = int.Parse(line[(line.LastIndexOf('{') + 1)..^1], null);
        string content = System.Text.Encoding.UTF8.GetString(await connection.Client.ReadBytesAsync(size));
        await connection.TranscriptAsync($"""
            S: )
            {then}
            S: b OK fetched
            """);
        return content;
    }

    private static async Task<long> HighestModSeqAsync(FakeConnection connection)
    {
        await connection.Client.SendLineAsync("z STATUS INBOX (HIGHESTMODSEQ)");
        string line = (await connection.Client.ReadLineAsync())!;
        await connection.TranscriptAsync("S: z OK done");
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..^1], null);
    }
}
