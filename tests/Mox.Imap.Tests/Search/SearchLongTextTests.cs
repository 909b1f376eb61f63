namespace Mox.Imap.Tests.Search;

/// <summary>Header texts that are too long for their rows are looked for in the message.</summary>
public class SearchLongTextTests
{
    [Fact]
    public async Task LongFields_AreSearchedToTheirEnd()
    {
        await using var test = await TestImap.StartAsync();
        string recipients = string.Join(",\n ", Enumerable.Range(0, 400).Select(i => $"person{i}@example.org"));
        string words = string.Join("\n ", Enumerable.Repeat("word of a long subject", 300));
        await test.DeliverAsync(
            "Inbox",
            $"From: a@example.org\nTo: {recipients}\nSubject: {words}\n end\n\nx\n",
            $"From: a@example.org\nTo: {recipients},\n last@example.net\nSubject: {words}\n tail\n\nx\n",
            TestImap.Simple(3));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SEARCH TO LAST@EXAMPLE.NET
            S: * SEARCH 2
            S: a OK searched
            C: b SEARCH NOT TO last@example.net
            S: * SEARCH 1 3
            S: b OK searched
            C: c SEARCH SUBJECT tail
            S: * SEARCH 2
            S: c OK searched
            C: d SEARCH OR SUBJECT tail SUBJECT "message 3"
            S: * SEARCH 2 3
            S: d OK searched
            C: e SEARCH TO person0@ NOT TO person399@
            S: * SEARCH
            S: e OK searched
            C: f SEARCH SUBJECT word TO mox
            S: * SEARCH
            S: f OK searched
            """);
    }

    [Fact]
    public async Task ManyLongSubjects_AreReadInParts()
    {
        await using var test = await TestImap.StartAsync();
        string filler = new('s', 4000);
        await test.DeliverAsync("Inbox", [.. Enumerable.Range(0, 300).Select(i => $"Subject: {filler} {(i % 100 == 7 ? "here" : "there")}.{i}\n\nx\n")]);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SEARCH SUBJECT " here"
            S: * SEARCH 8 108 208
            S: a OK searched
            C: b SEARCH RETURN (COUNT) NOT SUBJECT " here" SUBJECT ".2"
            S: * ESEARCH (TAG "b") COUNT 110
            S: b OK searched
            C: c SEARCH SUBJECT " here" OR SUBJECT ".107" BODY nothing
            S: * SEARCH 108
            S: c OK searched
            """);
    }
}
