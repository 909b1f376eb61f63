using System.Text;

namespace Mox.Imap.Tests.Commands;

public class AppendCommandTests
{
    [Fact]
    public async Task Append_AllForms()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a APPEND INBOX (\Seen $Junk own) "17-Jul-1996 02:44:25 -0700" {17}
            S: + go ahead
            C*: Subject: x\r\n\r\ny\r\n\r\n
            S: * 1 EXISTS
            S: * FLAGS (*
            S: * OK [PERMANENTFLAGS (*
            S: * 1 FETCH (UID 1 FLAGS (\Seen $Junk own))
            S: a OK [APPENDUID *
            C: b FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
            S: * 1 FETCH (FLAGS (\Seen $Junk own) INTERNALDATE "17-Jul-1996 09:44:25 +0000" RFC822.SIZE 17)
            S: b OK fetched
            C*: c APPEND {5}\r\n
            S: + go ahead
            C*: INBOX {3+}\r\na\nb\r\n
            S: * 2 EXISTS
            S: * 2 FETCH (UID 2 FLAGS ())
            S: c OK [APPENDUID *
            C*: d APPEND "inbox" () {1+}\r\n\n\r\n
            S: * 3 EXISTS
            S: * 3 FETCH *
            S: d OK [APPENDUID *
            """);
        Assert.Equal("a\nb", (await FetchSecondAsync(connection)));
    }

    [Fact]
    public async Task Append_Refused_KeepsThePlace()
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxMessageBytes = 1000 });
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a APPEND nosuch {10}
            S: a NO [TRYCREATE] no such mailbox
            C*: b APPEND nosuch {10+}\r\nb LOGOUT\r\n\r\n
            S: b NO [TRYCREATE] no such mailbox
            C: c APPEND INBOX {1001}
            S: c NO [TOOBIG] *
            C: d APPEND INBOX (\Foo) {10}
            S: d BAD *
            C*: e APPEND INBOX (\\Foo) {10+}\r\ne LOGOUT\r\n\r\n
            S: e BAD *
            C: f APPEND INBOX
            S: f BAD *
            C: g APPEND INBOX "x"
            S: g BAD *
            C*: h APPEND INBOX {1+}\r\nx junk\r\n
            S: h BAD expected *
            C*: i APPEND INBOX {1+}\r\nx{3+}\r\nabc\r\n
            S: i BAD expected *
            C*: j APPEND INBOX {0+}\r\n\r\n
            S: j NO the message is empty, nothing was appended
            C: l STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: l OK done
            C: m APPEND INBOX {2097152+}
            S: * BYE [TOOBIG] the message is too long
            S: <eof>
            """);
    }

    [Fact]
    public async Task Append_Utf8_TakesLiteral8()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a APPEND INBOX UTF8 (~{5+}\r\na: b\n)\r\n
            S: a BAD *
            C: b ENABLE UTF8=ACCEPT
            S: * ENABLED UTF8=ACCEPT
            S: b OK done
            C*: c APPEND INBOX UTF8 (~{5+}\r\na: b\n)\r\n
            S: c OK [APPENDUID *
            C*: d APPEND INBOX UTF8 (~{5+}\r\na: b\n\r\n
            S: d BAD *
            C: e STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 1)
            S: e OK done
            """);
    }

    // The example of RFC 3502 section 6.3.11, with literals of the size that they have.
    [Fact]
    public async Task Append_Many_AddsAll()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: 1 CREATE saved-messages
            S: 1 OK *
            C: A003 APPEND saved-messages (\Seen) {21}
            S: + go ahead
            C*: Subject: one\r\n\r\nHello (\\Seen) "7-Feb-1994 22:43:04 -0800" {21}\r\n
            S: + go ahead
            C*: Subject: two\r\n\r\nHello {21+}\r\nSubject: tri\r\n\r\nHello\r\n
            S: A003 OK [APPENDUID *
            C: 2 EXAMINE saved-messages
            S...
            S: 2 OK *
            C: 3 FETCH 1:* (UID FLAGS MODSEQ BODY.PEEK[HEADER.FIELDS (SUBJECT)])
            S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ (*
            S: Subject: one
            S: 
            S: )
            S: * 2 FETCH (UID 2 FLAGS (\Seen) MODSEQ (*
            S...
            S: 3 OK fetched
            """);
    }

    [Fact]
    public async Task Append_ManyOneOfThemRefused_AddsNone()
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxMessageBytes = 100 });
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a APPEND INBOX {5}
            S: + go ahead
            C*: a: b\n {101}\r\n
            S: a NO [TOOBIG] *
            C*: c APPEND INBOX {5+}\r\na: b\n {0+}\r\n {5+}\r\na: b\n\r\n
            S: c NO the message is empty, nothing was appended
            C*: d APPEND INBOX {5+}\r\na: b\n (\\Foo) {5+}\r\na: b\n\r\n
            S: d BAD *
            C*: e APPEND INBOX {5+}\r\na: b\n  {5+}\r\na: b\n\r\n
            S: e BAD *
            C*: f APPEND nosuch {5+}\r\na: b\n {5+}\r\na: b\n\r\n
            S: f NO [TRYCREATE] *
            C: g STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: g OK done
            """);
    }

    [Fact]
    public async Task Append_TooManyOrTooMuch_IsRefused()
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxMessageBytes = 1000 });
        var connection = await test.LoginAsync();
        await connection.Client.SendAsync("a APPEND INBOX" + string.Concat(Enumerable.Repeat(" {1+}\r\nx", 501)) + "\r\n");
        await connection.TranscriptAsync("S: a NO [LIMIT] *");
        await connection.Client.SendAsync($"b APPEND INBOX{string.Concat(Enumerable.Repeat($" {{999+}}\r\n{new string('x', 999)}", 11))}\r\n");
        await connection.TranscriptAsync("""
            S: b NO [TOOBIG] *
            C: c STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: c OK done
            """);
    }

    [Fact]
    public async Task Append_ManyOverQuotaTogether_AddsNone()
    {
        await using var test = await TestImap.StartAsync(quota: 8);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a APPEND INBOX {5+}\r\na: b\n {5}\r\n
            S: a NO [OVERQUOTA] *
            C: b STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: b OK done
            """);
    }

    [Fact]
    public async Task Append_Literal8_KeepsEveryByte()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.Client.SendAsync("a APPEND INBOX ~{19+}\r\nSubject: x\r\n\r\n\0\x01\n\r\0\r\n");
        await connection.TranscriptAsync("""
            S...
            S: a OK [APPENDUID *
            C: b FETCH 1 (RFC822.SIZE BINARY.SIZE[1])
            S: * 1 FETCH (RFC822.SIZE 19 BINARY.SIZE[1] 5)
            S: b OK fetched
            """);
    }

    [Fact]
    public async Task Append_OverQuota_IsRefusedBeforeTheLiteral()
    {
        await using var test = await TestImap.StartAsync(quota: 100);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a APPEND INBOX {101}
            S: a NO [OVERQUOTA] over quota
            C*: b APPEND INBOX {5+}\r\na: b\n\r\n
            S: b OK [APPENDUID *
            C: c APPEND INBOX {96}
            S: c NO [OVERQUOTA] over quota
            """);
    }

    [Fact]
    public async Task Append_PeerGoesAwayInTheLiteral_LeavesNothing()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a APPEND INBOX {500+}\r\nSubject: half
            C: <close>
            S: <eof>
            """);
        var other = await test.LoginAsync();
        await other.TranscriptAsync("""
            C: a STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: a OK done
            """);
    }

    [Fact]
    public async Task Append_LargeMessage_ComesBackByteForByte()
    {
        await using var test = await TestImap.StartAsync();
        var random = new Random(11);
        var text = new StringBuilder("Subject: large\r\n\r\n");
        while (text.Length < 3_000_000)
        {
            text.Append((char)random.Next(' ', '~')).Append(random.Next(70) == 0 ? "\r\n" : "");
        }
        var connection = await test.SelectAsync();
        await connection.Client.SendLineAsync($"a APPEND INBOX {{{text.Length}}}");
        await connection.TranscriptAsync("S: + go ahead");
        await connection.Client.SendAsync(text + "\r\n");
        await connection.TranscriptAsync("""
            S: * 1 EXISTS
            S: * 1 FETCH (UID 1 FLAGS ())
            S: a OK [APPENDUID *
            """);
        Assert.Equal(text.ToString(), await MessageCommandTests.FetchAsync(connection, "BODY.PEEK[]"));
    }

    private static async Task<string> FetchSecondAsync(Mox.Testing.FakeConnection connection)
    {
        await connection.TranscriptAsync("""
            C: z FETCH 2 BODY.PEEK[]
            S: * 2 FETCH (BODY[] {3}
            """);
        string content = Encoding.ASCII.GetString(await connection.Client.ReadBytesAsync(3));
        await connection.TranscriptAsync("""
            S: )
            S: z OK fetched
            """);
        return content;
    }
}
