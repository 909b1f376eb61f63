using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Config.Tests.Live;

public sealed class LiveConfigTests : IDisposable
{
    private static readonly string Two = Configs.Domains.Replace(
        "\"Accounts\": {", "\"Accounts\": { \"bob\": { \"Destinations\": { \"bob@example.org\": {} } },", StringComparison.Ordinal);

    private readonly ConfigDirectory _directory = new();

    [Fact]
    public void Open_BadFiles_ThrowsAllProblems()
    {
        _directory.WriteDomains("""{ "Domain": {}, "Accounts": { "ALICE": {} } }""");
        var e = Assert.Throws<ConfigException>(() => _directory.Open());
        Assert.Contains(e.Problems, problem => problem.WhatToDo == "did you mean Domains?");
        Assert.Contains(e.Problems, problem => problem.Path == "Mox:Postmaster:Account");
        Assert.Contains(e.Problems, problem => problem.Path == "Accounts:ALICE");
    }

    [Fact]
    public void Watch_FileChanged_IsUsedOnceItIsDone()
    {
        using LiveConfig live = _directory.OpenAndWatch();
        var changes = new List<ConfigChange>();
        live.Changed += changes.Add;
        _directory.WriteDomains(Two);
        _directory.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(changes);
        _directory.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["bob"], Assert.Single(changes).AddedAccounts);
        Assert.Equal("bob", live.Addresses.ResolveLogin(Configs.Address("bob@example.org"))?.Account.Name);
        Assert.Contains("configuration reloaded", Assert.Single(_directory.Log.Entries).Message, StringComparison.Ordinal);
        _directory.WriteDomains(Configs.Domains);
        _directory.LetLook();
        Assert.Equal(["bob"], changes[1].RemovedAccounts);
        _directory.LetLook();
        Assert.Equal(2, changes.Count);
    }

    [Fact]
    public void Watch_InvalidFile_KeepsTheSnapshotAndSaysSoOnce()
    {
        using LiveConfig live = _directory.OpenAndWatch();
        MoxConfig before = live.Current;
        _directory.WriteDomains(Two.Replace("\"Destinations\"", "\"Destination\"", StringComparison.Ordinal).Replace("example.org\": { \"L", "example_org\": { \"L", StringComparison.Ordinal));
        for (int i = 0; i < 5; i++)
        {
            _directory.LetLook();
        }

        Assert.Same(before, live.Current);
        LogEntry entry = Assert.Single(_directory.Log.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Contains("did you mean Destinations?", entry.Message, StringComparison.Ordinal);
        Assert.Contains("example_org", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', entry.Message);
        // Back to what runs: said too.
        _directory.WriteDomains(Configs.Domains);
        _directory.LetLook();
        Assert.Equal([LogLevel.Error, LogLevel.Information], _directory.Log.Entries.Select(e => e.Level));
    }

    [Fact]
    public void Watch_FileGone_KeepsTheSnapshot()
    {
        using LiveConfig live = _directory.OpenAndWatch();
        File.Delete(_directory.DomainsFile);
        _directory.LetLook();
        Assert.Contains("there is no such file", Assert.Single(_directory.Log.Entries).Message, StringComparison.Ordinal);
        Assert.Single(live.Current.Accounts);
    }

    [Theory]
    [InlineData("Debug", LogLevel.Warning, "takes a restart")]
    [InlineData("Loud", LogLevel.Warning, "a restart would fail")]
    public void Watch_StaticFileChanged_IsAWarningOnce(string level, LogLevel expected, string message)
    {
        using LiveConfig live = _directory.OpenAndWatch();
        MoxConfig before = live.Current;
        File.WriteAllText(_directory.StaticFile, Configs.Static.Replace("\"Postmaster\"", $"\"Log\": {{ \"Level\": \"{level}\" }}, \"Postmaster\"", StringComparison.Ordinal));
        _directory.LetLook();
        _directory.LetLook();
        LogEntry entry = Assert.Single(_directory.Log.Entries);
        Assert.Equal(expected, entry.Level);
        Assert.Contains(message, entry.Message, StringComparison.Ordinal);
        Assert.Same(before, live.Current);
    }

    [Fact]
    public async Task Reload_WithoutWatching_TakesTheFileNow()
    {
        using LiveConfig live = _directory.Open();
        _directory.WriteDomains(Two);
        Assert.Empty(await live.ReloadAsync(default));
        Assert.Equal(2, live.Current.Accounts.Count);
        _directory.WriteDomains("{");
        Assert.Equal((1, 2), (Assert.Single(await live.ReloadAsync(default)).Line, live.Current.Accounts.Count));
    }

    [Fact]
    public async Task Reload_AdjustedConfiguration_IsAdjustedAndValidatedAgain()
    {
        using LiveConfig live = _directory.Open(config => config with { QuotaBytes = config.Accounts.Count, Postmaster = new PostmasterConfig("alice", "Inbox") });
        _directory.WriteDomains(Two);
        Assert.Empty(await live.ReloadAsync(default));
        Assert.Equal((2, "Inbox"), (live.Current.QuotaBytes, live.Current.Postmaster.Mailbox));
        _directory.WriteDomains(Two.Replace("\"alice\"", "\"carol\"", StringComparison.Ordinal));
        Assert.Equal("Mox:Postmaster:Account", Assert.Single(await live.ReloadAsync(default)).Path);
    }

    [Fact]
    public async Task Reload_ChangedByHand_IsKeptInTheHistory()
    {
        using LiveConfig live = _directory.Open();
        _directory.WriteDomains(Two);
        await live.ReloadAsync(default);
        Assert.Equal($"// 2026-01-05T12:00:00Z file: changed by hand\n{Two}", Assert.Single(_directory.History));
    }

    [Fact]
    public void Fixed_Replaced_RaisesTheChange()
    {
        using LiveConfig live = LiveConfig.Fixed(Configs.Parse(Configs.Static, Configs.Domains));
        var changes = new List<ConfigChange>();
        live.Changed += changes.Add;
        live.Replace(Configs.Parse(Configs.Static, Two));
        Assert.Equal((1, 2), (Assert.Single(changes).Before.Accounts.Count, live.Current.Accounts.Count));
    }

    public void Dispose() => _directory.Dispose();
}
