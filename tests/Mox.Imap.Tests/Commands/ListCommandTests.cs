using System.Text;
using Mox.Imap.Commands;

namespace Mox.Imap.Tests.Commands;

public class ListCommandTests
{
    // The mailboxes of RFC 5258 section 5, as far as they can be here, where names above others exist.
    private const string Fruit = """
        C: s1 CREATE Fruit/Apple
        S: s1 OK [MAILBOXID (F*
        C: s2 CREATE Fruit/Banana
        S: s2 OK [MAILBOXID (F*
        C: s3 CREATE Tofu
        S: s3 OK [MAILBOXID (F*
        C: s4 CREATE Vegetable/Broccoli
        S: s4 OK [MAILBOXID (F*
        C: s5 CREATE Vegetable/Corn
        S: s5 OK [MAILBOXID (F*
        C: s6 SUBSCRIBE Fruit/Peach
        S: s6 OK subscribed
        C: s7 UNSUBSCRIBE Fruit
        S: s7 OK *
        C: s8 UNSUBSCRIBE Fruit/Apple
        S: s8 OK *
        C: s9 UNSUBSCRIBE Tofu
        S: s9 OK *
        C: s10 UNSUBSCRIBE Vegetable/Corn
        S: s10 OK *
        C: s11 UNSUBSCRIBE Drafts
        S: s11 OK *
        C: s12 UNSUBSCRIBE Junk
        S: s12 OK *
        C: s13 UNSUBSCRIBE Sent
        S: s13 OK *
        C: s14 UNSUBSCRIBE Trash
        S: s14 OK *
        C: s15 UNSUBSCRIBE Archive
        S: s15 OK *

        """;

    [Fact]
    public async Task Subscribed_GivesNamesThatDoNotExistAsWell()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync(Fruit + """
            C: A02 LIST (SUBSCRIBED) "" "*"
            S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
            S: * LIST (\NonExistent \Subscribed) "/" Fruit/Peach
            S: * LIST (\HasNoChildren \Subscribed) "/" Inbox
            S: * LIST (\HasChildren \Subscribed) "/" Vegetable
            S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
            S: A02 OK listed
            C: A03 LIST () "" "%" RETURN (CHILDREN)
            S: * LIST (\HasNoChildren \Archive) "/" Archive
            S: * LIST (\HasNoChildren \Drafts) "/" Drafts
            S: * LIST (\HasChildren) "/" Fruit
            S: * LIST (\HasNoChildren) "/" Inbox
            S: * LIST (\HasNoChildren \Junk) "/" Junk
            S: * LIST (\HasNoChildren \Sent) "/" Sent
            S: * LIST (\HasNoChildren) "/" Tofu
            S: * LIST (\HasNoChildren \Trash) "/" Trash
            S: * LIST (\HasChildren) "/" Vegetable
            S: A03 OK listed
            C: A04 LIST (REMOTE SUBSCRIBED) "" "F*" RETURN (CHILDREN)
            S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Fruit/Peach
            S: A04 OK listed
            C: A05 LIST (REMOTE) "" "T%" RETURN (SUBSCRIBED)
            S: * LIST (\HasNoChildren) "/" Tofu
            S: * LIST (\HasNoChildren \Trash) "/" Trash
            S: A05 OK listed
            """);
    }

    [Fact]
    public async Task RecursiveMatch_GivesNamesAboveThatStandForOthers()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync(Fruit + """
            C: A01 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\HasChildren) "/" Fruit ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasNoChildren \Subscribed) "/" Inbox
            S: * LIST (\HasChildren \Subscribed) "/" Vegetable ("CHILDINFO" ("SUBSCRIBED"))
            S: A01 OK listed
            # with all below it given, a name that is not subscribed itself is not worth a response
            C: A02 LIST (RECURSIVEMATCH SUBSCRIBED) "" (Fruit* Vegetable)
            S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
            S: * LIST (\NonExistent \Subscribed) "/" Fruit/Peach
            S: * LIST (\HasChildren \Subscribed) "/" Vegetable ("CHILDINFO" ("SUBSCRIBED"))
            S: A02 OK listed
            C: A03 SUBSCRIBE gone/deep/deeper
            S: A03 OK subscribed
            C: A04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "g%"
            S: * LIST (\NonExistent) "/" gone ("CHILDINFO" ("SUBSCRIBED"))
            S: A04 OK listed
            C: A05 LIST (SUBSCRIBED) "" "g%"
            S: A05 OK listed
            """);
    }

    // RFC 5258 section 5, example 9: a pattern that some of those below do not fit.
    [Fact]
    public async Task RecursiveMatch_PatternThatSomeBelowDoNotFit_GivesChildInfoForThoseOnly()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        foreach (string name in (string[])["foo2/bar1", "foo2/bar2", "baz2/bar2", "baz2/bar22", "baz2/bar222", "eps2/mamba", "qux2/bar2"])
        {
            await connection.TranscriptAsync($"C: s CREATE {name}\nS: s OK [MAILBOXID (F*");
        }
        foreach (string name in (string[])["foo2", "baz2", "qux2"])
        {
            await connection.TranscriptAsync($"C: u UNSUBSCRIBE {name}\nS: u OK *");
        }
        await connection.TranscriptAsync("""
            C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"
            S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
            S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar22
            S: * LIST (\HasNoChildren \Subscribed) "/" baz2/bar222
            S: * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
            S: * LIST (\HasNoChildren \Subscribed) "/" qux2/bar2
            S: D03 OK listed
            """);
    }

    [Fact]
    public async Task SpecialUse_SelectsMailboxesWithARole()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE work/mail/out (USE (\Sent))
            S: a OK [MAILBOXID (F*
            C: b LIST (SPECIAL-USE) "" "*" RETURN (SPECIAL-USE)
            S: * LIST (\HasNoChildren \Archive) "/" Archive
            S: * LIST (\HasNoChildren \Drafts) "/" Drafts
            S: * LIST (\HasNoChildren \Junk) "/" Junk
            S: * LIST (\HasNoChildren \Trash) "/" Trash
            S: * LIST (\HasNoChildren \Sent) "/" work/mail/out
            S: b OK listed
            C: c LIST (SPECIAL-USE RECURSIVEMATCH SUBSCRIBED) "" "w%"
            S: * LIST (\HasChildren \Subscribed) "/" work ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE"))
            S: c OK listed
            C: d CREATE x (USE (\All))
            S: d NO [USEATTR] *
            """);
    }

    // RFC 5819 section 2, with what the second mailbox of the pattern lacks.
    [Fact]
    public async Task Status_FollowsEachMailboxThatExists()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a SUBSCRIBE Ix
            S: a OK subscribed
            C: b LIST "" I% RETURN (STATUS (MESSAGES UNSEEN))
            S: * LIST (\HasNoChildren) "/" Inbox
            S: * STATUS Inbox (MESSAGES 3 UNSEEN 3)
            S: b OK listed
            C: c LIST (SUBSCRIBED) "" I% RETURN (STATUS (MESSAGES) CHILDREN)
            S: * LIST (\HasNoChildren \Subscribed) "/" Inbox
            S: * STATUS Inbox (MESSAGES 3)
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Ix
            S: c OK listed
            """);
    }

    [Fact]
    public async Task Status_AllItems_AreCounted()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a STATUS Inbox (DELETED DELETED-STORAGE SIZE)
            S: * STATUS Inbox (DELETED 0 DELETED-STORAGE 0 SIZE 513)
            S: a OK done
            C: b STORE 2:3 +FLAGS.SILENT (\Deleted \Seen)
            S: b OK stored
            C: c STATUS Inbox (MESSAGES UIDNEXT UNSEEN DELETED DELETED-STORAGE SIZE APPENDLIMIT)
            S: * STATUS Inbox (MESSAGES 3 UIDNEXT 4 UNSEEN 1 DELETED 2 DELETED-STORAGE 342 SIZE 513 APPENDLIMIT 104857600)
            S: c OK done
            C: d STORE 2 -FLAGS.SILENT (\Deleted)
            S: d OK stored
            C: e EXPUNGE
            S: * 3 EXPUNGE
            S: e OK *
            C: f STATUS Inbox (DELETED DELETED-STORAGE SIZE)
            S: * STATUS Inbox (DELETED 0 DELETED-STORAGE 0 SIZE 342)
            S: f OK done
            """);
    }

    [Fact]
    public async Task ManyPatterns_EachNameComesOnce()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a LIST "" ("INBOX" "Drafts" "D%")
            S: * LIST (\HasNoChildren \Drafts) "/" Drafts
            S: * LIST (\HasNoChildren) "/" Inbox
            S: a OK listed
            # an empty pattern asks for the separator only in the old form
            C: b LIST "" ("") RETURN ()
            S: b OK listed
            """);
    }

    [Fact]
    public async Task OldName_ToRev2Clients_OnCreateAndRename()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE a/
            S: a OK [MAILBOXID (F*
            C: b ENABLE IMAP4rev2
            S: * ENABLED IMAP4rev2
            S: b OK *
            C: c CREATE a/b/
            S: * LIST (\HasNoChildren \Subscribed) "/" a/b ("OLDNAME" (a/b/))
            S: c OK [MAILBOXID (F*
            C: d CREATE "inbox/ü"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Inbox/ü" ("OLDNAME" ("inbox/ü"))
            S: d OK [MAILBOXID (F*
            C: e RENAME a c
            S: * LIST (\HasChildren \Subscribed) "/" c ("OLDNAME" (a))
            S: * LIST (\HasNoChildren \Subscribed) "/" c/b ("OLDNAME" (a/b))
            S: e OK renamed
            """);
    }

    [Theory]
    [InlineData("(RECURSIVEMATCH) \"\" *")]
    [InlineData("(REMOTE RECURSIVEMATCH) \"\" *")]
    [InlineData("(UNKNOWN) \"\" *")]
    [InlineData("(SUBSCRIBED \"\" *")]
    [InlineData("(SUBSCRIBED)\"\" *")]
    [InlineData("\"\" ()")]
    [InlineData("\"\" (a b")]
    [InlineData("\"\" * RETURN")]
    [InlineData("\"\" * RETURN (UNKNOWN)")]
    [InlineData("\"\" * RETURN (STATUS)")]
    [InlineData("\"\" * RETURN (STATUS ())")]
    [InlineData("\"\" * RETURN (STATUS (X))")]
    [InlineData("\"\" * RETURN ( CHILDREN)")]
    [InlineData("\"\" * GIVE (CHILDREN)")]
    [InlineData("\"\"")]
    public void Parse_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() => Parse(text));

    [Fact]
    public void Parse_TooManyPatterns_Throws() =>
        Assert.Throws<ImapSyntaxException>(() => Parse("\"\" (" + string.Join(' ', Enumerable.Repeat("a", 51)) + ")"));

    [Theory]
    [InlineData("() \"\" *", "None", 1)]
    [InlineData("(subscribed RecursiveMatch remote special-use) \"\" (a \"b c\" {1}\r\nd) RETURN (STATUS (MESSAGES) CHILDREN SUBSCRIBED SPECIAL-USE)",
        "Subscribed, Remote, RecursiveMatch, SpecialUse", 3)]
    public void Parse_Good_IsTaken(string text, string selection, int patterns)
    {
        var request = Parse(text);
        Assert.Equal(Enum.Parse<ListSelection>(selection), request.Selection);
        Assert.Equal(patterns, request.Patterns.Count);
        Assert.True(request.IsExtended);
    }

    private static ListRequest Parse(string text)
    {
        var input = new ImapScanner(Encoding.UTF8.GetBytes(" " + text));
        var request = ListRequest.Parse(ref input);
        input.End();
        return request;
    }
}
