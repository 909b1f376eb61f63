using Mox.Testing;

namespace Mox.Imap.Tests.Search;

/// <summary>Keys of dates: of the header, of arrival, of saving (RFC 8514), and ages (RFC 5032).</summary>
public class SearchDateTests
{
    [Fact]
    public async Task Ages_AreExact()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2024, 3, 3, 10, 0, 0, TimeSpan.Zero));
        await using var test = await TestImap.StartAsync(time: time);
        // They arrive at 10:00 of the 1st, 2nd and 3rd of March.
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SEARCH OLDER 86400
            S: * SEARCH 1 2
            S: a OK searched
            C: b SEARCH YOUNGER 86400
            S: * SEARCH 2 3
            S: b OK searched
            C: c SEARCH OLDER 86401
            S: * SEARCH 1
            S: c OK searched
            C: d SEARCH YOUNGER 86399
            S: * SEARCH 3
            S: d OK searched
            C: e SEARCH NOT YOUNGER 4294967295
            S: * SEARCH
            S: e OK searched
            C: f SEARCH OLDER 0
            S: f BAD *
            C: g SEARCH YOUNGER -1
            S: g BAD *
            """);
    }

    [Fact]
    public async Task SaveDates_AreThoseOfThisMailbox()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SEARCH SAVEDSINCE 1-Mar-2025
            S: * SEARCH 1 2
            S: a OK searched
            C: b SEARCH SAVEDBEFORE 1-Mar-2025
            S: * SEARCH
            S: b OK searched
            C: c SEARCH SAVEDON 1-Mar-2024
            S: * SEARCH
            S: c OK searched
            C: d SEARCH SAVEDATESUPPORTED
            S: * SEARCH 1 2
            S: d OK searched
            C: e SEARCH SAVEDSINCE
            S: e BAD *
            """);
        await connection.Client.SendLineAsync("f FETCH 1 (SAVEDATE INTERNALDATE)");
        Assert.Matches(
            """^\* 1 FETCH \(SAVEDATE "[ 0-3][0-9]-[A-Z][a-z]{2}-20[2-9][0-9] [0-9:]{8} \+0000" INTERNALDATE "01-Mar-2024 10:00:00 \+0000"\)$""",
            await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task SentDate_IsTheDayInTheHeader_WhateverItsZone()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", [.. new[]
        {
            "Fri, 01 Mar 2024 23:30:00 -1200", "Fri, 01 Mar 2024 00:10:00 +1400", "Sat, 02 Mar 2024 00:00:00 +0000",
            "Thu, 29 Feb 2024 23:59:59 +0000", "not a date", "Fri, 01 Mar 2024 12:00:00 GMT",
        }.Select(date => $"Subject: x\nDate: {date}\n\ntext\n"), "Subject: none\n\ntext\n"]);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a SEARCH SENTON 1-Mar-2024
            S: * SEARCH 1 2 6
            S: a OK searched
            C: b SEARCH SENTSINCE 1-Mar-2024
            S: * SEARCH 1 2 3 6
            S: b OK searched
            C: c SEARCH SENTBEFORE 1-Mar-2024
            S: * SEARCH 4
            S: c OK searched
            C: d SEARCH SENTSINCE 2-Mar-2024
            S: * SEARCH 3
            S: d OK searched
            C: e SEARCH NOT SENTSINCE 1-Jan-1990
            S: * SEARCH 5 7
            S: e OK searched
            C: f SEARCH SENTON 29-Feb-2024
            S: * SEARCH 4
            S: f OK searched
            """);
    }
}
