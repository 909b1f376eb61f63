using Microsoft.Extensions.Logging;

namespace Mox.Store.Tests;

public class DmarcEvaluationTests
{
    [Fact]
    public async Task Evaluations_AreKept_ListedByDomainAndTime_AndOutliveARestart()
    {
        await using TestStore test = await TestStore.StartAsync();
        DateTimeOffset now = test.Time.GetUtcNow();
        DmarcEvaluation one = Evaluation("example.org", now);
        test.Store.DmarcEvaluations.Record(one);
        test.Store.DmarcEvaluations.Record(Evaluation("example.net", now.AddHours(1)));
        test.Store.DmarcEvaluations.Record(Evaluation("example.org", now.AddHours(2)) with { IsOptional = true });
        await test.RestartAsync();
        var all = await test.Store.DmarcEvaluations.ListAsync(null, now, now.AddDays(1), 100, default);
        Assert.Equal(["example.org", "example.net", "example.org"], all.Select(e => e.PolicyDomain));
        Assert.Equal([false, false, true], all.Select(e => e.IsOptional));
        Assert.Equivalent(one.Details, all[0].Details, strict: true);
        Assert.Equal(one.EvaluatedAt, all[0].EvaluatedAt);
        Assert.Equal(2, (await test.Store.DmarcEvaluations.ListAsync("example.org", now, now.AddDays(1), 100, default)).Count);
        Assert.Single(await test.Store.DmarcEvaluations.ListAsync("example.org", now, now.AddHours(2), 100, default));
        Assert.Single(await test.Store.DmarcEvaluations.ListAsync(null, now, now.AddDays(1), 1, default));
    }

    [Fact]
    public async Task Evaluations_AreWrittenByThemselves_InTheBackground()
    {
        await using TestStore test = await TestStore.StartAsync();
        var evaluations = test.Store.DmarcEvaluations;
        evaluations.Record(Evaluation("example.org", test.Time.GetUtcNow()));
        test.Time.Advance(TimeSpan.FromSeconds(2));
        // The list waits for what is being written; what comes back was in the file.
        Assert.Single(await evaluations.ListAsync(null, test.Time.GetUtcNow().AddDays(-1), test.Time.GetUtcNow().AddDays(1), 10, default));
    }

    [Fact]
    public async Task Evaluations_OlderThanReports_Go()
    {
        await using TestStore test = await TestStore.StartAsync();
        DateTimeOffset begin = test.Time.GetUtcNow();
        test.Store.DmarcEvaluations.Record(Evaluation("old.example", begin));
        await test.Store.DmarcEvaluations.FlushAsync();
        test.Time.Advance(DmarcEvaluations.Kept + TimeSpan.FromMinutes(1));
        test.Store.DmarcEvaluations.Record(Evaluation("new.example", test.Time.GetUtcNow()));
        var left = await test.Store.DmarcEvaluations.ListAsync(null, begin.AddDays(-1), begin.AddDays(10), 100, default);
        Assert.Equal("new.example", Assert.Single(left).PolicyDomain);
    }

    [Fact]
    public async Task Evaluations_AreBounded_AndWhatIsDroppedIsCounted()
    {
        await using TestStore test = await TestStore.StartAsync();
        DateTimeOffset now = test.Time.GetUtcNow();
        var services = test.Store.Services;
        using var database = new ServerDatabase(Path.Combine(test.DataDirectory, "bounded.db"));
        var evaluations = new DmarcEvaluations(database, services.FileThreads, test.Time, services.Metrics, services.Logger, maxRows: 3);
        for (int i = 0; i < 5; i++)
        {
            evaluations.Record(Evaluation("example.org", now));
        }

        Assert.Equal(3, (await evaluations.ListAsync(null, now, now.AddDays(1), 100, default)).Count);
        Assert.Equal(2, test.Metrics.Sum("mox.store.dmarc.dropped"));
        // When the old ones are gone there is room again.
        test.Time.Advance(DmarcEvaluations.Kept + TimeSpan.FromHours(2));
        evaluations.Record(Evaluation("example.org", test.Time.GetUtcNow()));
        Assert.Single(await evaluations.ListAsync(null, now, now.AddDays(10), 100, default));
        await evaluations.CloseAsync();
        Assert.Empty(test.Log.AtLeast(LogLevel.Warning));
    }

    private static DmarcEvaluation Evaluation(string domain, DateTimeOffset at) => new()
    {
        PolicyDomain = domain,
        EvaluatedAt = at,
        Details = new DmarcEvaluationDetails
        {
            Record = $"v=DMARC1; p=reject; rua=mailto:\"r\"@{domain}",
            SourceIp = "2001:db8::1",
            Disposition = "none",
            IsSpfAligned = true,
            OverrideReasons = ["sampled_out"],
            EnvelopeTo = "here.example",
            EnvelopeFrom = domain,
            HeaderFrom = domain,
            Dkim = [new DmarcDkimResult(domain, "s1", "fail")],
            Spf = [new DmarcSpfResult(domain, "mfrom", "pass")],
        },
    };
}
