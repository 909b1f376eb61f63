using System.Text;
using Mox.Imap.Commands;

namespace Mox.Imap.Tests.Commands;

public class MetadataCommandTests
{
    // RFC 5464 sections 4.2 and 4.3.
    [Fact]
    public async Task Set_Get_Remove_OfMailboxAndServer()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a SETMETADATA INBOX (/private/comment {33}
            S: + go ahead
            C: My new comment across
            C: two lines.)
            S: a OK set
            C: b GETMETADATA "INBOX" /private/comment
            S: * METADATA Inbox (/private/comment {33}
            S: My new comment across
            S: two lines.)
            S: b OK done
            C: c SETMETADATA INBOX (/private/comment "My own comment" /Shared/Comment "Shared comment")
            S: c OK set
            C: d GETMETADATA "INBOX" (/shared/comment /private/comment /private/none)
            S: * METADATA Inbox (/shared/comment "Shared comment" /private/comment "My own comment" /private/none NIL)
            S: d OK done
            C: e SETMETADATA "" (/shared/admin "mailto:a@example.org")
            S: e OK set
            C: f GETMETADATA "" /shared/admin
            S: * METADATA "" (/shared/admin "mailto:a@example.org")
            S: f OK done
            C: g SETMETADATA INBOX (/private/comment NIL)
            S: g OK set
            C: h GETMETADATA INBOX /private/comment
            S: * METADATA Inbox (/private/comment NIL)
            S: h OK done
            C: i GETMETADATA nosuch /private/comment
            S: i NO [NONEXISTENT] *
            C: j SETMETADATA nosuch (/private/comment "x")
            S: j NO [NONEXISTENT] *
            """);
    }

    // RFC 5464 section 4.2.2: with the options before the mailbox, as the grammar has it, and after it, as in the examples.
    [Fact]
    public async Task DepthAndMaxSize()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: s SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/x/y "z" /private/filtersx "no")
            S: s OK set
            C: a GETMETADATA (DEPTH 1) "INBOX" (/private/filters/values)
            S: * METADATA Inbox (/private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/small "SMALLER 5000")
            S: a OK done
            C: b GETMETADATA INBOX (DEPTH infinity MAXSIZE 5) (/private/filters /private/filters/values/x)
            S: * METADATA Inbox (/private/filters/values/x/y "z")
            S: b OK [METADATA LONGENTRIES 23] done
            C: c GETMETADATA (DEPTH infinity) INBOX /private
            S: * METADATA Inbox (/private/filters/values/boss *
            S: c OK done
            C: d GETMETADATA (DEPTH 1) INBOX /shared
            S: d OK done
            C: e GETMETADATA (MAXSIZE 3) INBOX /private/filtersx
            S: * METADATA Inbox (/private/filtersx "no")
            S: e OK done
            """);
    }

    [Fact]
    public async Task Value_WithNul_IsALiteral8()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a SETMETADATA INBOX (/private/a ~{3+}\r\nx\x00y)\r\n
            S: a OK set
            C: b GETMETADATA INBOX /private/a
            S: * METADATA Inbox (/private/a ~{3}
            S: *
            S: b OK done
            C*: c SETMETADATA INBOX (/private/a {3+}\r\nx\x00y)\r\n
            S: c BAD *
            """);
    }

    [Fact]
    public async Task Limits_AreToldByTheirCodes()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        for (int i = 0; i < 10; i++)
        {
            string values = string.Join(' ', Enumerable.Range(0, 100).Select(n => $"/private/{i}/{n} \"v\""));
            await connection.TranscriptAsync($"C: s{i} SETMETADATA INBOX ({values})\nS: s{i} OK set");
        }
        await connection.TranscriptAsync("""
            C: a SETMETADATA Drafts (/private/a "x")
            S: a NO [METADATA TOOMANY] too many entries
            C: b SETMETADATA INBOX (/private/0/0 "changed" /private/0/1 NIL)
            S: b OK set
            """);
        string large = new('x', 100_000);
        await connection.TranscriptAsync($$"""
            C: c SETMETADATA INBOX (/private/1/0 {100000+}
            C: {{large}} /private/1/1 {100000+}
            C: {{large}} /private/1/2 {100000+}
            C: {{large}} /private/1/3 {100000+}
            C: {{large}} /private/1/4 {100000+}
            C: {{large}})
            S: c OK set
            C: d SETMETADATA INBOX (/private/2/0 {100000+}
            C: {{large}} /private/2/1 {100000+}
            C: {{large}} /private/2/2 {100000+}
            C: {{large}} /private/2/3 {100000+}
            C: {{large}} /private/2/4 {99990+}
            C: {{large[..99990]}})
            S: d NO [METADATA MAXSIZE *
            C: e GETMETADATA INBOX (/private/2/0)
            S: * METADATA Inbox (/private/2/0 "v")
            S: e OK done
            """);
    }

    [Fact]
    public async Task MailboxGone_InboxRenamed_EntriesFollow()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE x
            S: a OK [MAILBOXID *
            C: b SETMETADATA x (/private/a "1")
            S: b OK set
            C: c RENAME x y
            S: c OK renamed
            C: d GETMETADATA y /private/a
            S: * METADATA y (/private/a "1")
            S: d OK done
            C: e DELETE y
            S: e OK deleted
            C: f CREATE y
            S: f OK [MAILBOXID *
            C: g GETMETADATA y /private/a
            S: * METADATA y (/private/a NIL)
            S: g OK done
            C: h SETMETADATA INBOX (/private/a "2")
            S: h OK set
            C: i RENAME INBOX old
            S: i OK renamed
            C: j LIST "" (old INBOX) RETURN (METADATA (/private/a /shared/b) STATUS (MESSAGES))
            S: * LIST (\HasNoChildren) "/" Inbox
            S: * STATUS Inbox (MESSAGES 0)
            S: * METADATA Inbox (/private/a "2" /shared/b NIL)
            S: * LIST (\HasNoChildren) "/" old
            S: * STATUS old (MESSAGES 0)
            S: * METADATA old (/private/a "2" /shared/b NIL)
            S: j OK listed
            """);
    }

    // RFC 5464 section 4.4.2: after ENABLE, of what others did.
    [Fact]
    public async Task Enabled_ChangesByOthersAreTold()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        var other = await test.LoginAsync();
        await other.TranscriptAsync("""
            C: x SETMETADATA INBOX (/private/a "1" /shared/b "2")
            S: x OK set
            C: y SETMETADATA "" (/shared/c "3")
            S: y OK set
            # a third write: when it is done, the news of those before it are out
            C: z UNSUBSCRIBE nosuch
            S: z OK unsubscribed
            """);
        await connection.TranscriptAsync("""
            C: a NOOP
            S: a OK done
            C: b ENABLE METADATA
            S: * ENABLED METADATA
            S: b OK *
            """);
        await other.TranscriptAsync("""
            C: x SETMETADATA INBOX (/private/a "11" /shared/b "22")
            S: x OK set
            C: y SETMETADATA "" (/shared/c "33")
            S: y OK set
            """);
        await connection.TranscriptAsync("""
            C: c SETMETADATA INBOX (/private/mine "x")
            S: * METADATA "" /shared/c
            S: * METADATA Inbox /private/a /shared/b
            S: c OK set
            C: d NOOP
            S: d OK done
            C: e IDLE
            S: + idling
            """);
        await other.TranscriptAsync("""
            C: x SETMETADATA INBOX (/private/a NIL)
            S: x OK set
            """);
        await connection.TranscriptAsync("""
            S: * METADATA Inbox /private/a
            C: DONE
            S: e OK *
            """);
    }

    // While an APPEND waits for its literal nothing can be told; what was lost of it is made good, removals too.
    [Fact]
    public async Task Enabled_MoreChangesThanAreKept_AllThatMayHaveChangedIsTold()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a SETMETADATA INBOX (/private/gone "1" /private/kept "1")
            S: a OK set
            C: b ENABLE METADATA
            S: * ENABLED METADATA
            S: b OK *
            C: c SETMETADATA "" (/private/own "1")
            S: c OK set
            C: d APPEND Drafts {6}
            S: + *
            """);
        var other = await test.LoginAsync();
        string many = string.Join(' ', Enumerable.Range(0, 600).Select(i => $"/private/x{i} NIL"));
        await other.TranscriptAsync($"""
            C: a SETMETADATA INBOX ({many.Replace("NIL", "\"x\"", StringComparison.Ordinal)})
            S: a OK set
            C: b SETMETADATA INBOX ({many} /private/gone NIL)
            S: b OK set
            C: c SETMETADATA "" (/private/own NIL)
            S: c OK set
            C: d UNSUBSCRIBE nosuch
            S: d OK unsubscribed
            """);
        await connection.TranscriptAsync("""
            C: a: b
            C:
            S: * METADATA "" /private/own
            S: * METADATA Inbox /private/gone /private/kept
            S: d OK [APPENDUID *
            """);
        await other.TranscriptAsync("""
            C: a SETMETADATA INBOX (/private/kept NIL)
            S: a OK set
            C: b UNSUBSCRIBE nosuch
            S: b OK unsubscribed
            """);
        await connection.TranscriptAsync("""
            C: e NOOP
            S: * METADATA Inbox /private/kept
            S: e OK done
            """);
    }

    [Theory]
    [InlineData("INBOX")]
    [InlineData("INBOX ()")]
    [InlineData("INBOX private/a")]
    [InlineData("INBOX /private/a*")]
    [InlineData("INBOX /other/a")]
    [InlineData("INBOX \"/private/a/\"")]
    [InlineData("INBOX /private//a")]
    [InlineData("(DEPTH 2) INBOX /private/a")]
    [InlineData("(DEPTH) INBOX /private/a")]
    [InlineData("(MAXSIZE x) INBOX /private/a")]
    [InlineData("(OTHER 1) INBOX /private/a")]
    [InlineData("(DEPTH 1) INBOX (DEPTH 1) /private/a")]
    public void ParseGet_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = new ImapScanner(Encoding.UTF8.GetBytes(" " + text));
        GetMetadataCommand.Parse(ref input);
        input.End();
    });

    [Theory]
    [InlineData("INBOX ()")]
    [InlineData("INBOX (/private/a)")]
    [InlineData("INBOX (/private/a x)")]
    [InlineData("INBOX (/private \"x\")")]
    [InlineData("INBOX /private/a \"x\"")]
    [InlineData("INBOX (/private/a \"x\"")]
    [InlineData("INBOX (/private/a \"x\" /private/b)")]
    public void ParseSet_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = new ImapScanner(Encoding.UTF8.GetBytes(" " + text));
        SetMetadataCommand.Parse(ref input);
        input.End();
    });
}
