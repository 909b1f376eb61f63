using System.Collections.Immutable;

namespace Mox.Config.Tests.Live;

public sealed class ConfigEditorTests : IDisposable
{
    private const string Commented = """
        // Ours.
        {
          "Domains": {
            // The main one.
            "Example.org": { "LocalPartSeparators": [ "+" ] }, // since 2020
            "bücher.example": {},
          },
          "Accounts": {
            "alice": { // boss
              "Destinations": { "Alice@example.org": {}, /* and */ "@example.org": {} },
            },
          },
        }

        """;

    private readonly ConfigDirectory _directory = new(Commented);
    private readonly LiveConfig _live;
    private readonly ConfigEditor _editor;

    public ConfigEditorTests()
    {
        _live = _directory.OpenAndWatch();
        _editor = new ConfigEditor(_live);
    }

    [Fact]
    public async Task AddAndRemove_LeaveTheFileAsItWas()
    {
        await Done(_editor.AddAccountAsync("bob", "bob@example.org", "root", default));
        Assert.Equal(
            Commented.Replace("    },\n  },\n}", "    },\n    \"bob\": { \"Destinations\": { \"bob@example.org\": {} } },\n  },\n}", StringComparison.Ordinal),
            _directory.Domains);
        await Done(_editor.AddDomainAsync("example.net", [], "root", default));
        await Done(_editor.SetDomainDisabledAsync("EXAMPLE.ORG", true, "root", default));
        Assert.Contains("\"Example.org\": { \"LocalPartSeparators\": [ \"+\" ], \"Disabled\": true }, // since 2020", _directory.Domains, StringComparison.Ordinal);
        Assert.True(_live.Current.Domains[Configs.Address("x@example.org").Domain].Disabled);
        await Done(_editor.SetLoginDisabledAsync("alice", "ask \"root\"", "root", default));
        Assert.Equal("ask \"root\"", _live.Current.Accounts["alice"].LoginDisabled);
        await Done(_editor.AddAddressAsync("bob", "bob@xn--bcher-kva.example", "Books", "root", default));
        Assert.Contains("\"bob@bücher.example\": { \"Mailbox\": \"Books\" }", _directory.Domains, StringComparison.Ordinal);
        await Done(_editor.AddAliasAsync("team@bücher.example", ["bob@example.org"], "root", default));
        await Done(_editor.AddAliasMembersAsync("TEAM@bücher.example", ["alice@example.org", "bob@bücher.example"], "root", default));
        await Done(_editor.RemoveAliasMembersAsync("team@bücher.example", ["BOB+x@example.org"], "root", default));
        Assert.Equal(2, _live.Addresses.Resolve(Configs.Address("team@x.example").LocalPart, Configs.Address("x@bücher.example").Domain) is Resolution.ToAlias alias ? alias.Members.Length : 0);

        await Done(_editor.RemoveAliasAsync("Team@bücher.example", "root", default));
        await Done(_editor.RemoveAddressAsync("BOB@bücher.example", "root", default));
        await Done(_editor.SetLoginDisabledAsync("alice", null, "root", default));
        await Done(_editor.SetLoginDisabledAsync("alice", null, "root", default));
        await Done(_editor.SetDomainDisabledAsync("example.org", false, "root", default));
        await Done(_editor.RemoveDomainAsync("example.net", "root", default));
        await Done(_editor.RemoveAccountAsync("bob", "root", default));
        Assert.Equal(Commented.Replace("\"bücher.example\": {}", "\"bücher.example\": {\n    }", StringComparison.Ordinal), WithoutEmptyAliases(_directory.Domains));
        await Done(_editor.RemoveAddressAsync("@example.org", "root", default));
        await Done(_editor.RemoveAddressAsync("alice+any@example.org", "root", default));
        Assert.Empty(_live.Current.Accounts["alice"].Destinations);
    }

    [Theory]
    [InlineData("account add alice x@example.org", "there is already an account alice")]
    [InlineData("account add Bob bob@example.org", "is no name for an account")]
    [InlineData("account add bob alice+x@example.org", "contains the separator")]
    [InlineData("account add bob ALICE@example.org", "is the same address as")]
    [InlineData("account add bob bob@example.net", "is not one of our domains")]
    [InlineData("account add bob nonsense", "is no address")]
    [InlineData("account remove bob", "there is no account bob")]
    [InlineData("account remove alice", "there is no account \"alice\"")]
    [InlineData("account disable bob", "there is no account bob")]
    [InlineData("account disable alice", "is no text for a reply")]
    [InlineData("address add alice alice@example.org", "account alice has the address Alice@example.org already")]
    [InlineData("address add bob bob@example.org", "there is no account bob")]
    [InlineData("address remove bob@example.org", "no account has the address bob@example.org")]
    [InlineData("address remove @bücher.example", "no account has the address @bücher.example")]
    [InlineData("alias add team@example.org", "an alias needs a member")]
    [InlineData("alias add team@example.org bob@example.org", "is not an address of an account")]
    [InlineData("alias add alice@example.org alice@example.org", "is the same address as")]
    [InlineData("alias add team@example.net alice@example.org", "is not one of our domains")]
    [InlineData("alias remove team@example.org", "there is no alias")]
    [InlineData("domain add example.org", "there is already a domain")]
    [InlineData("domain add exa_mple", "is no domain name")]
    [InlineData("domain remove example.org", "account alice has the address Alice@example.org")]
    [InlineData("domain remove example.net", "is not one of our domains")]
    [InlineData("domain disable example.net", "is not one of our domains")]
    public async Task Edit_ThatCannotBe_ChangesNothing(string command, string problem)
    {
        MoxConfig before = _live.Current;
        ImmutableArray<ConfigProblem> problems = await RunAsync(command.Split(' '));
        Assert.Contains(problems, found => found.ToString().Contains(problem, StringComparison.Ordinal));
        Assert.Equal(Commented, _directory.Domains);
        Assert.Same(before, _live.Current);
        Assert.Empty(_directory.History);
    }

    [Fact]
    public async Task RemoveAddress_OfAnAliasMember_NamesTheAlias()
    {
        await Done(_editor.AddAliasAsync("team@example.org", ["alice@example.org"], "root", default));
        Assert.Contains("team@example.org has", Assert.Single(await _editor.RemoveAddressAsync("alice@example.org", "root", default)).Message, StringComparison.Ordinal);
        Assert.Contains("team@example.org has", Assert.Single(await _editor.RemoveAccountAsync("alice", "root", default)).Message, StringComparison.Ordinal);
        Assert.Single(await _editor.RemoveAliasMembersAsync("team@example.org", ["alice@example.org"], "root", default));
    }

    [Fact]
    public async Task Edit_FileChangedByHandBefore_KeepsBoth()
    {
        string byHand = Commented.Replace("// Ours.", "// Mine.", StringComparison.Ordinal);
        _directory.WriteDomains(byHand);
        await Done(_editor.AddDomainAsync("example.net", [], "root", default));
        Assert.StartsWith("// Mine.", _directory.Domains, StringComparison.Ordinal);
        Assert.Equal(3, _live.Current.Domains.Count);
        Assert.Equal(2, _directory.History.Count);
        Assert.EndsWith(byHand, _directory.History[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_FileWithMistakes_IsRefusedWithThem()
    {
        _directory.WriteDomains(Commented + "}");
        ConfigProblem problem = Assert.Single(await _editor.AddDomainAsync("example.net", [], "root", default));
        Assert.Equal("not valid JSON", problem.Message);
        Assert.Equal(2, _live.Current.Domains.Count);
    }

    [Fact]
    public async Task Edit_Done_IsNotReloadedAsAChangeByHand()
    {
        await Done(_editor.AddDomainAsync("example.net", [], "root", default));
        int count = _directory.Log.Entries.Count;
        _directory.LetLook();
        Assert.Equal((1, 1), (count, _directory.Log.Entries.Count));
        Assert.Contains("domain add example.net by=root", _directory.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_KeepsTwenty_SortedByTime()
    {
        for (int i = 0; i < 30; i++)
        {
            await Done(_editor.SetDomainDisabledAsync("example.org", i % 2 == 0, $"user {i}\n", default));
            if (i % 3 == 0)
            {
                _directory.Time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        IReadOnlyList<string> history = _directory.History;
        Assert.Equal(20, history.Count);
        Assert.Equal(Enumerable.Range(10, 20).Select(i => $" user {i}?: domain {(i % 2 == 0 ? "disable" : "enable")} example.org"), history.Select(version => version[(version.IndexOf('Z', StringComparison.Ordinal) + 1)..version.IndexOf('\n', StringComparison.Ordinal)]));
        Assert.EndsWith(_directory.Domains, history[^1], StringComparison.Ordinal);
        // A version can be copied back as it is.
        _directory.WriteDomains(history[^2]);
        Assert.Empty(await _live.ReloadAsync(default));
    }

    [Fact]
    public async Task Write_KeepsMode_AndAsksThePlatform()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_directory.DomainsFile, Mode);
        var platform = new RecordingFileSystem();
        using LiveConfig live = _directory.Open(fileSystem: platform);
        await Done(new ConfigEditor(live).AddDomainAsync("example.net", [], "root", default));
        Assert.Equal(Mode, File.GetUnixFileMode(_directory.DomainsFile));
        Assert.Contains($"flush {_directory.Path}", platform.Calls);
        Assert.Contains($"owner {_directory.DomainsFile} {_directory.DomainsFile}.new", platform.Calls);
        string history = Path.Combine(_directory.Path, "history");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(history));
    }

    [Fact]
    public async Task Write_ThatFails_ChangesNothingAndSaysWhy()
    {
        using LiveConfig live = _directory.Open(fileSystem: new FullDisk());
        ConfigProblem problem = Assert.Single(await new ConfigEditor(live).AddDomainAsync("example.net", [], "root", default));
        Assert.Equal("cannot be written: No space left", problem.Message);
        Assert.Equal(Commented, _directory.Domains);
        Assert.Equal(2, live.Current.Domains.Count);
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Edits_AtOnce_AreAllDone()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Done(_editor.AddDomainAsync($"d{i}.example", [], "root", default)))));
        Assert.Equal(22, _live.Current.Domains.Count);
    }

    public void Dispose()
    {
        _live.Dispose();
        _directory.Dispose();
    }

    private static async Task Done(Task<ImmutableArray<ConfigProblem>> edit) => Assert.Empty(await edit);

    private static string WithoutEmptyAliases(string text) => text.Replace("{\n      \"Aliases\": { },\n    }", "{\n    }", StringComparison.Ordinal);

    private Task<ImmutableArray<ConfigProblem>> RunAsync(string[] words) => (words[0], words[1]) switch
    {
        ("account", "add") => _editor.AddAccountAsync(words[2], words[3], "x", default),
        ("account", "remove") => _editor.RemoveAccountAsync(words[2], "x", default),
        ("account", _) => _editor.SetLoginDisabledAsync(words[2], "no\ntext", "x", default),
        ("address", "add") => _editor.AddAddressAsync(words[2], words[3], null, "x", default),
        ("address", _) => _editor.RemoveAddressAsync(words[2], "x", default),
        ("alias", "add") => _editor.AddAliasAsync(words[2], words[3..], "x", default),
        ("alias", _) => _editor.RemoveAliasAsync(words[2], "x", default),
        ("domain", "add") => _editor.AddDomainAsync(words[2], [], "x", default),
        ("domain", "remove") => _editor.RemoveDomainAsync(words[2], "x", default),
        _ => _editor.SetDomainDisabledAsync(words[2], true, "x", default),
    };

    private sealed class RecordingFileSystem : ConfigFileSystem
    {
        public List<string> Calls { get; } = [];

        public override void FlushDirectory(string directory) => Calls.Add($"flush {directory}");

        public override void CopyOwner(string from, string to) => Calls.Add($"owner {from} {to}");
    }

    private sealed class FullDisk : ConfigFileSystem
    {
        public override void CopyOwner(string from, string to) => throw new IOException("No space left.");
    }
}
