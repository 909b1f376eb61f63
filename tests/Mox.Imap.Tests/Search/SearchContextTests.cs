namespace Mox.Imap.Tests.Search;

/// <summary>Results that are kept up to date (UPDATE, RFC 5267 section 4.3).</summary>
public class SearchContextTests
{
    [Fact]
    public async Task Update_TellsWhatComesAndGoes()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        await connection.TranscriptAsync("""
            C: B01 UID SEARCH RETURN (UPDATE COUNT) FLAGGED
            S: * ESEARCH (TAG "B01") UID COUNT 0
            S: B01 OK searched
            C: B02 SEARCH RETURN (UPDATE ALL CONTEXT) SUBJECT "message" UNDELETED
            S: * ESEARCH (TAG "B02") ALL 1:4
            S: B02 OK searched
            C: a STORE 2:3 +FLAGS.SILENT \Flagged
            S: * ESEARCH (TAG "B01") UID ADDTO (0 2:3)
            S: a OK stored
            """);
        await test.DeliverAsync("Inbox", TestImap.Simple(5), "Subject: other\n\ntext\n");
        await connection.TranscriptAsync("""
            C: a NOOP
            S: * 6 EXISTS
            S: * 5 FETCH (UID 5 FLAGS ())
            S: * 6 FETCH (UID 6 FLAGS ())
            S: * ESEARCH (TAG "B02") ADDTO (0 5)
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: a STORE 1:2 +FLAGS.SILENT \Deleted
            S...
            S: a OK *
            """);
        await connection.TranscriptAsync("""
            C: b NOOP
            S: * 1 FETCH (UID 1 FLAGS (\Deleted))
            S: * 2 FETCH (UID 2 FLAGS (\Flagged \Deleted))
            S: * ESEARCH (TAG "B02") REMOVEFROM (0 1:2)
            S: b OK done
            C: c STORE 3 +FLAGS.SILENT \Deleted
            S: * ESEARCH (TAG "B02") REMOVEFROM (0 3)
            S: c OK stored
            C: d STORE 3 -FLAGS.SILENT \Deleted
            S: * ESEARCH (TAG "B02") ADDTO (0 3)
            S: d OK stored
            C: e EXPUNGE
            S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 2)
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: e OK expunged
            C: f CANCELUPDATE "B02" "unknown"
            S: f OK no longer told
            C: g STORE 1 -FLAGS.SILENT \Flagged
            S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 3)
            S: g OK stored
            C: h STORE 1 +FLAGS.SILENT \Deleted
            S: h OK stored
            """);
    }

    [Fact]
    public async Task Update_WhileExpungesWait_TellsEachChangeOnce()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var (connection, other) = (await test.SelectAsync(), await test.SelectAsync());
        await other.TranscriptAsync("""
            C: a STORE 1 +FLAGS.SILENT \Deleted
            S: a OK stored
            C: b EXPUNGE
            S: * 1 EXPUNGE
            S: b OK expunged
            C: c STORE 1:2 +FLAGS.SILENT \Flagged
            S: c OK stored
            """);
        await connection.TranscriptAsync("""
            C: a SEARCH RETURN (UPDATE ALL) UNFLAGGED
            S: * ESEARCH (TAG "a") ALL 1:4
            S: a OK searched
            C: b NOOP
            S: * ESEARCH (TAG "a") REMOVEFROM (0 1)
            S: * 1 EXPUNGE
            S: * 1 FETCH (UID 2 FLAGS (\Flagged))
            S: * 2 FETCH (UID 3 FLAGS (\Flagged))
            S: * ESEARCH (TAG "a") REMOVEFROM (0 1:2)
            S: b OK done
            """);
    }

    [Fact]
    public async Task Update_IsToldInIdle()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a UID SEARCH RETURN (UPDATE) BODY "message 2"
            S: * ESEARCH (TAG "a") UID
            S: a OK searched
            C: b IDLE
            S: + idling
            """);
        await test.DeliverAsync("Inbox", TestImap.Simple(2));
        await connection.TranscriptAsync("""
            S: * 2 EXISTS
            S: * 2 FETCH (UID 2 FLAGS ())
            S: * ESEARCH (TAG "a") UID ADDTO (0 2)
            C: DONE
            S: b OK *
            """);
    }

    [Theory]
    [InlineData("1:3")]
    [InlineData("UID 2:*")]
    [InlineData("NOT OLDER 3600")]
    [InlineData("OR SEEN $")]
    public async Task Update_OfWhatChangesByItself_IsRefused(string keys)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a SEARCH RETURN (UPDATE COUNT) {keys}
            S: * OK [NOUPDATE "a"] *
            S: * ESEARCH (TAG "a") COUNT *
            S: a OK searched
            C: b STORE 1 +FLAGS.SILENT \Seen
            S: b OK stored
            """);
    }

    [Fact]
    public async Task Update_OfTooMany_IsRefused()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        for (int i = 0; i < 16; i++)
        {
            await connection.TranscriptAsync($"""
                C: a{i} SEARCH RETURN (UPDATE COUNT) SEEN
                S: * ESEARCH (TAG "a{i}") COUNT 0
                S: a{i} OK searched
                """);
        }
        await connection.TranscriptAsync("""
            C: b SEARCH RETURN (UPDATE COUNT) SEEN
            S: * OK [NOUPDATE "b"] there are too many already
            S: * ESEARCH (TAG "b") COUNT 0
            S: b OK searched
            C: a3 SEARCH RETURN (UPDATE COUNT) UNSEEN
            S: * ESEARCH (TAG "a3") COUNT 1
            S: a3 OK searched
            C: c CANCELUPDATE "a1" "a2"
            S: c OK *
            C: d SEARCH RETURN (UPDATE COUNT) SEEN
            S: * ESEARCH (TAG "d") COUNT 0
            S: d OK searched
            C: e CANCELUPDATE
            S: e BAD *
            C: f CANCELUPDATE d
            S: f BAD *
            """);
    }
}
