namespace Mox.Imap.Tests.Commands;

public class ReplaceCommandTests
{
    // The examples of RFC 8508 sections 3.3 and 3.4, with literals of the size that they have.
    [Fact]
    public async Task Replace_BySequenceNumber_AppendsAndRemoves()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4, "Drafts");
        var connection = await test.SelectAsync("Drafts");
        await connection.TranscriptAsync("""
            C: A003 REPLACE 4 Drafts (\Seen \Draft) {17}
            S: + go ahead
            C*: Subject: x\r\n\r\nnew\r\n
            S: * OK [APPENDUID *
            S: * 4 EXPUNGE
            S: * 4 EXISTS
            S: * 4 FETCH (UID 5 FLAGS (\Seen \Draft))
            S: A003 OK replaced
            C: b FETCH 4 (UID RFC822.SIZE)
            S: * 4 FETCH (UID 5 RFC822.SIZE 17)
            S: b OK fetched
            C*: c UID REPLACE 5 Sent {17+}\r\nSubject: y\r\n\r\nnew\r\n
            S: * OK [APPENDUID *
            S: * 4 EXPUNGE
            S: c OK replaced
            C*: d REPLACE * Drafts ~{17+}\r\nSubject: z\r\n\r\nnew\r\n
            S: * OK [APPENDUID *
            S: * 3 EXPUNGE
            S: * 3 EXISTS
            S: * 3 FETCH (UID 6 FLAGS ())
            S: d OK replaced
            C: e STATUS Sent (MESSAGES)
            S: * STATUS Sent (MESSAGES 1)
            S: e OK done
            """);
    }

    [Fact]
    public async Task Replace_Refused_ChangesNothingAndKeepsThePlace()
    {
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, Limits = false, MaxMessageBytes = 1000 });
        await test.DeliverAsync(2);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a REPLACE 1 INBOX {5+}\r\na: b\n\r\n
            S: a BAD *
            C: b SELECT INBOX
            S...
            S: b OK *
            C*: c REPLACE 3 INBOX {5+}\r\na: b\n\r\n
            S: c BAD *
            C*: d UID REPLACE 17 INBOX {5+}\r\na: b\n\r\n
            S: d NO [NONEXISTENT] *
            C: e REPLACE 1 nosuch {5}
            S: e NO [TRYCREATE] *
            C: f REPLACE 1 INBOX {1001}
            S: f NO [TOOBIG] *
            C*: g REPLACE 1 INBOX {5+}\r\na: b\n {5+}\r\na: b\n\r\n
            S: g BAD *
            C*: h REPLACE 1:2 INBOX {5+}\r\na: b\n\r\n
            S: h BAD *
            C*: i REPLACE 1 INBOX {0+}\r\n\r\n
            S: i NO *
            C: j FETCH 1:* UID
            S: * 1 FETCH (UID 1)
            S: * 2 FETCH (UID 2)
            S: j OK fetched
            C: k EXAMINE INBOX
            S...
            S: k OK *
            C*: l REPLACE 1 INBOX {5+}\r\na: b\n\r\n
            S: l NO *
            C: m FETCH 1:* UID
            S: * 1 FETCH (UID 1)
            S: * 2 FETCH (UID 2)
            S: m OK fetched
            """);
    }

    [Fact]
    public async Task Replace_MessageThatAnotherSessionRemoved_AppendsNothing()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await other.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT (\Deleted)
            S: a OK stored
            C: b EXPUNGE
            S: * 1 EXPUNGE
            S: b OK expunged
            """);
        await connection.TranscriptAsync("""
            C*: a UID REPLACE 1 INBOX {5+}\r\na: b\n\r\n
            S: * 1 EXPUNGE
            S: a NO [NONEXISTENT] *
            C: b STATUS INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 1)
            S: b OK done
            """);
    }

    [Fact]
    public async Task Replace_AtTheQuota_NeedsOnlyTheDifference()
    {
        await using var test = await TestImap.StartAsync(quota: 20);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C*: a APPEND INBOX {17+}\r\nSubject: x\r\n\r\nold\r\n
            S...
            S: a OK *
            C*: b REPLACE 1 INBOX {19+}\r\nSubject: x\r\n\r\nnewer\r\n
            S: * OK [APPENDUID *
            S: * 1 EXPUNGE
            S: * 1 EXISTS
            S: * 1 FETCH (UID 2 FLAGS ())
            S: b OK replaced
            C*: c REPLACE 1 INBOX {40}\r\n
            S: c NO [OVERQUOTA] *
            """);
    }
}
