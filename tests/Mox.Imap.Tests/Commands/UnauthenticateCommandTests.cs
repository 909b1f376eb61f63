using Mox.Store;

namespace Mox.Imap.Tests.Commands;

/// <summary>UNAUTHENTICATE (RFC 8437).</summary>
public class UnauthenticateCommandTests
{
    [Fact]
    public async Task Unauthenticate_ForgetsTheLoginAndWhatWasEnabled()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        await test.Store.CreateAsync("other", InitialMailboxes.Default, default);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE QRESYNC UTF8=ACCEPT UIDONLY
            S: * ENABLED QRESYNC UTF8=ACCEPT UIDONLY
            S: a OK done
            C: b SELECT INBOX
            S...
            S: b OK *
            C: c UID STORE 1 +FLAGS (\Deleted)
            S: * 1 UIDFETCH (FLAGS (\Deleted) MODSEQ *
            S: c OK stored
            C: d UNAUTHENTICATE
            S: d OK [CAPABILITY IMAP4rev1 *
            C: e SELECT INBOX
            S: e BAD log in first
            C: f UNAUTHENTICATE
            S: f BAD log in first
            C: g LOGIN other@localhost moxmoxmox
            S: g OK *
            C: h SELECT INBOX
            S...
            S: * 0 EXISTS
            S...
            S: h OK *
            C: i UNAUTHENTICATE
            S: i OK *
            C: j LOGIN mox@localhost moxmoxmox
            S: j OK *
            C: k SELECT INBOX (QRESYNC (1 1))
            S: k BAD *
            C: l SELECT INBOX
            S...
            S: * 1 EXISTS
            S...
            S: l OK *
            C: m FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS (\Deleted))
            S: m OK fetched
            """);
    }

    [Fact]
    public async Task Unauthenticate_ManyTimes_IsNotTakenForAStranger()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        for (int i = 0; i < 150; i++)
        {
            await connection.TranscriptAsync("""
                C: a LOGIN mox@localhost moxmoxmox
                S: a OK *
                C: b UNAUTHENTICATE
                S: b OK *
                """);
        }
    }
}
