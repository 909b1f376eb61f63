using System.Text;
using Mox.Imap.Commands;

namespace Mox.Imap.Tests.Commands;

public class QuotaCommandTests
{
    [Fact]
    public async Task NoLimit_NoQuotaRoot()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a GETQUOTAROOT INBOX
            S: * QUOTAROOT Inbox
            S: a OK done
            C: b GETQUOTA ""
            S: b NO [NONEXISTENT] no such quota root
            C: c GETQUOTAROOT nosuch
            S: c NO [NONEXISTENT] no such mailbox
            """);
    }

    // RFC 9208 section 4.1, with what is used and both limits.
    [Fact]
    public async Task Limits_AreToldInTheirUnits()
    {
        await using var test = await TestImap.StartAsync(quota: 10_000, quotaMessages: 3);
        await test.DeliverAsync(2);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a GETQUOTAROOT inbox
            S: * QUOTAROOT Inbox ""
            S: * QUOTA "" (STORAGE 1 9 MESSAGE 2 3)
            S: a OK done
            C: b GETQUOTA ""
            S: * QUOTA "" (STORAGE 1 9 MESSAGE 2 3)
            S: b OK done
            C: c GETQUOTA other
            S: c NO [NONEXISTENT] no such quota root
            C: d SETQUOTA "" (STORAGE 512 MESSAGE 10)
            S: d NO [NOPERM] *
            C: e SETQUOTA "" ()
            S: e NO [NOPERM] *
            """);
    }

    [Fact]
    public async Task MessageLimit_AppendAndCopy_AreOverQuota()
    {
        await using var test = await TestImap.StartAsync(quotaMessages: 2);
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a APPEND INBOX {6+}
            C: a: b
            C:
            S: * 2 EXISTS
            S: * 2 FETCH (UID 2 FLAGS ())
            S: a OK [APPENDUID *
            C: b APPEND INBOX {6}
            S: b NO [OVERQUOTA] over quota
            C: c COPY 1 Drafts
            S: c NO [OVERQUOTA] over quota
            C: d MOVE 1 Drafts
            S: * OK [COPYUID *
            S: * 1 EXPUNGE
            S: d OK *
            C: e GETQUOTA ""
            S: * QUOTA "" (MESSAGE 2 2)
            S: e OK done
            """);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"\" STORAGE 512")]
    [InlineData("\"\" (STORAGE)")]
    [InlineData("\"\" (STORAGE x)")]
    [InlineData("\"\" (STORAGE 1")]
    public void ParseSet_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = new ImapScanner(Encoding.UTF8.GetBytes(" " + text));
        SetQuotaCommand.Parse(ref input);
        input.End();
    });
}
