using System.Text;

namespace Mox.Imap.Tests.Commands;

public class ObjectIdTests
{
    private static string Message(int n, string references) =>
        $"From: a@h\nMessage-ID: <{n}@h>\n{(references.Length == 0 ? "" : $"References: {references}\n")}Subject: one\n\nx\n";

    [Fact]
    public async Task MailboxId_IsToldByCreateSelectAndStatus_AndStaysWhenRenamed()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.Client.SendLineAsync("a CREATE Work");
        string created = (await connection.Client.ReadLineAsync())!;
        string id = created["a OK [MAILBOXID (".Length..created.IndexOf(')', StringComparison.Ordinal)];
        Assert.Matches("^F[0-9]+$", id);
        await connection.TranscriptAsync($"""
            C: b STATUS Work (MAILBOXID MESSAGES)
            S: * STATUS Work (MAILBOXID ({id}) MESSAGES 0)
            S: b OK *
            C: c RENAME Work Play
            S: c OK *
            C: d STATUS Play (MAILBOXID)
            S: * STATUS Play (MAILBOXID ({id}))
            S: d OK *
            C: e EXAMINE Play
            S...
            S: * OK [MAILBOXID ({id})] *
            S: * OK [HIGHESTMODSEQ *
            S: e OK *
            C: f DELETE Play
            S: * OK [CLOSED] *
            S: f OK *
            C: g CREATE Play
            S: g OK [MAILBOXID (F*
            C: h STATUS Play (MAILBOXID)
            S: * STATUS Play (MAILBOXID (F*
            S: h OK *
            """);
        await connection.Client.SendLineAsync("i STATUS Play (MAILBOXID)");
        Assert.DoesNotContain($"({id})", (await connection.Client.ReadLineAsync())!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmailIdAndThreadId_StayByCopyAndMove_AndAreFound()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Message(1, ""), Message(2, "<1@h>"), Message(3, "<other@h>"));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1:* (EMAILID THREADID)
            S: * 1 FETCH (EMAILID (M1) THREADID (T1))
            S: * 2 FETCH (EMAILID (M2) THREADID (T1))
            S: * 3 FETCH (EMAILID (M3) THREADID (T3))
            S: a OK fetched
            C: b SEARCH THREADID T1
            S: * SEARCH 1 2
            S: b OK searched
            C: c SEARCH OR EMAILID M3 EMAILID M1
            S: * SEARCH 1 3
            S: c OK searched
            C: d SEARCH NOT EMAILID Mother
            S: * SEARCH 1 2 3
            S: d OK searched
            C: e SEARCH EMAILID T1
            S: * SEARCH
            S: e OK searched
            C: f SEARCH THREADID M1
            S: * SEARCH
            S: f OK searched
            C: g SEARCH EMAILID "M 1"
            S: g BAD *
            C: h SEARCH EMAILID M01 THREADID T99
            S: * SEARCH
            S: h OK searched
            C: i COPY 1 Archive
            S: i OK *
            C: j MOVE 2 Archive
            S: * OK [COPYUID *
            S: * 2 EXPUNGE
            S: j OK *
            C: k SELECT Archive
            S...
            S: k OK *
            C: l FETCH 1:* (THREADID EMAILID)
            S: * 1 FETCH (THREADID (T1) EMAILID (M1))
            S: * 2 FETCH (THREADID (T1) EMAILID (M2))
            S: l OK fetched
            """);
    }

    // A thread identity that was told may not change (RFC 8474 section 5.2), though the account's own threads are joined.
    [Fact]
    public async Task ThreadId_WhenAnAncestorArrivesLater_StaysWhatItWas()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Message(2, "<1@h>"), Message(3, "<1@h>"));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1:* THREADID
            S: * 1 FETCH (THREADID (T1))
            S: * 2 FETCH (THREADID (T2))
            S: a OK fetched
            """);
        await test.DeliverAsync("Inbox", Message(1, ""), Message(4, "<3@h>"), Message(5, "<2@h>"));
        await connection.TranscriptAsync("""
            C: b NOOP
            S...
            S: b OK *
            C: c FETCH 1:* THREADID
            S: * 1 FETCH (THREADID (T1))
            S: * 2 FETCH (THREADID (T2))
            S: * 3 FETCH (THREADID (T1))
            S: * 4 FETCH (THREADID (T2))
            S: * 5 FETCH (THREADID (T1))
            S: c OK fetched
            C: d SEARCH THREADID T1
            S: * SEARCH 1 3 5
            S: d OK searched
            C: e SEARCH THREADID T2
            S: * SEARCH 2 4
            S: e OK searched
            """);
    }

    [Fact]
    public async Task Preview_IsOfAtMostTwoHundredCharacters_AndEmptyWhereThereAreNoWords()
    {
        string text = new StringBuilder().Insert(0, "\uD83D\uDE00", 210).ToString();
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(
            "Inbox",
            "Subject: a\n\nThese are the first words.\n",
            "Subject: b\nContent-Type: application/octet-stream\n\nxyz\n",
            $"Subject: c\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n");
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1 PREVIEW
            S: * 1 FETCH (PREVIEW "These are the first words.")
            S: a OK fetched
            C: b FETCH 1:2 (PREVIEW (LAZY) UID)
            S: * 1 FETCH (PREVIEW "These are the first words." UID 1)
            S: * 2 FETCH (PREVIEW "" UID 2)
            S: b OK fetched
            C: c FETCH 1 PREVIEW (EAGER)
            S: c BAD *
            C: d FETCH 1 (PREVIEW ())
            S: d BAD *
            C: e FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: e OK fetched
            """);
        await connection.Client.SendLineAsync("f FETCH 3 PREVIEW");
        // Of the 256 characters that a row keeps, 128 emoji: without UTF-8 enabled, as a literal.
        Assert.Equal("* 3 FETCH (PREVIEW {512}", await connection.Client.ReadLineAsync());
    }

    [Fact]
    public void Preview_Cut_CountsCharactersNotUnits()
    {
        string pairs = new StringBuilder().Insert(0, "\uD83D\uDE00", 201).ToString();
        Assert.Equal(400, Imap.Commands.PreviewItem.Cut(pairs).Length);
        Assert.Equal(new string('x', 200), Imap.Commands.PreviewItem.Cut(new string('x', 256)));
        Assert.Equal(new string('x', 199), Imap.Commands.PreviewItem.Cut(new string('x', 199) + " yyy"));
        Assert.Equal("short", Imap.Commands.PreviewItem.Cut("short"));
    }
}
