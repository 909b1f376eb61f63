using System.Collections.Immutable;
using Mox.Config.Tests.Live;

namespace Mox.Config.Tests;

public sealed class DkimTests
{
    private const string Signed = """
        {
          "Domains": { "example.org": { "Dkim": {
            "Selectors": { "2026b": { "KeyFile": "dkim/b.pem" }, "2026a": { "KeyFile": "/keys/a.pem", KEYS } },
            "Sign": [ "2026B" ],
          } } },
          "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
        }
        """;

    [Fact]
    public void Selectors_AreSorted_WithDefaults_AndPathsInFull()
    {
        DkimConfig dkim = Domain("").Dkim!;
        Assert.Equal(["2026a", "2026b"], dkim.Selectors.Select(selector => selector.Name.Ascii));
        Assert.Same(dkim.Selectors[1], Assert.Single(dkim.Sign));
        Assert.Equal(["/keys/a.pem", "/etc/mox/dkim/b.pem"], dkim.Selectors.Select(selector => selector.KeyFile));
        DkimSelectorConfig selector = dkim.Selectors[0];
        Assert.Equal((DkimCanonicalization.Relaxed, DkimCanonicalization.Relaxed, true), (selector.HeaderCanonicalization, selector.BodyCanonicalization, selector.Oversign));
        Assert.Equal(TimeSpan.FromDays(3), selector.Expiration);
        Assert.Equal(DkimSelectorConfig.DefaultHeaders, selector.Headers);
    }

    [Fact]
    public void Selector_SaysHowItSigns()
    {
        DkimSelectorConfig selector = Domain("""
            "HeaderCanonicalization": "Simple", "BodyCanonicalization": "Simple", "Headers": [ "from", "Subject" ], "Oversign": false, "Expiration": "0s"
            """).Dkim!.Selectors[0];
        Assert.Equal((DkimCanonicalization.Simple, DkimCanonicalization.Simple, false), (selector.HeaderCanonicalization, selector.BodyCanonicalization, selector.Oversign));
        Assert.Equal(TimeSpan.Zero, selector.Expiration);
        Assert.Equal("from Subject", string.Join(' ', selector.Headers));
    }

    [Theory]
    [InlineData("\"Headers\": [ \"Subject\" ]", "Headers", "From is not among them")]
    [InlineData("\"Headers\": [ \"From\", \"FROM\" ]", "Headers", "\"FROM\" is listed twice")]
    [InlineData("\"Headers\": [ \"From\", \"To:\" ]", "Headers", "\"To:\" is no name of a header field")]
    [InlineData("\"Headers\": [ \"From\", \"\" ]", "Headers", "\"\" is no name of a header field")]
    [InlineData("\"Headers\": [ \"From\", \"a;b\" ]", "Headers", "\"a;b\" is no name of a header field")]
    [InlineData("\"Headers\": [ \"From\", \"received\" ]", "Headers", "\"received\" changes on the way")]
    [InlineData("\"Headers\": [ \"From\", \"DKIM-Signature\" ]", "Headers", "\"DKIM-Signature\" changes on the way")]
    [InlineData("\"Expiration\": \"3 days\"", "Expiration", "is no length of time")]
    [InlineData("\"Expiration\": \"5000d\"", "Expiration", "is out of range")]
    [InlineData("\"HeaderCanonicalization\": \"strict\"", "HeaderCanonicalization", "is not known here")]
    [InlineData("\"Oversign\": 1", "Oversign", "is a number")]
    [InlineData("\"Hash\": \"sha1\"", "Hash", "there is no such option")]
    [InlineData("\"KeyFil\": \"x\"", "KeyFil", "there is no such option")]
    public void Option_ThatIsWrong_IsNamed(string options, string name, string message)
    {
        ConfigProblem problem = Assert.Single(Configs.Problems(Configs.Static, Signed.Replace("KEYS", options, StringComparison.Ordinal)));
        Assert.Equal($"Domains:example.org:Dkim:Selectors:2026a:{name}", problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_AreAllReported()
    {
        const string Domains = """
            {
              "Domains": { "example.org": { "Dkim": {
                "Selectors": { "no selector": { "KeyFile": "a" }, "one": {}, "ONE": { "KeyFile": "b" } },
                "Sign": [ "two", "one", "one" ],
              } } },
              "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
            }
            """;
        Assert.Equal(
            [
                "Domains:example.org:Dkim:Selectors:no selector \"no selector\" is no selector",
                "Domains:example.org:Dkim:Selectors:one:KeyFile is missing",
                "Domains:example.org:Dkim:Selectors:ONE selector one is already above, written in another way",
                "Domains:example.org:Dkim:Sign there is no selector \"two\"",
                "Domains:example.org:Dkim:Sign \"one\" is listed twice",
            ],
            Configs.Problems(Configs.Static, Domains).Select(problem => $"{problem.Path} {problem.Message}"));
    }

    [Fact]
    public void Selector_TooLongForDns_IsNamed()
    {
        string selector = string.Join('.', Enumerable.Repeat(new string('s', 60), 4));
        ConfigProblem problem = Assert.Single(Configs.Problems(
            Configs.Static, Signed.Replace("KEYS", "", StringComparison.Ordinal).Replace("2026a", selector, StringComparison.Ordinal)));
        Assert.Equal($"Domains:example.org:Dkim:Selectors:{selector}", problem.Path);
        Assert.Contains("DNS has no names as long", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("sub.example.org", "example.org")]
    [InlineData("a.b.quiet.example.org", "b.quiet.example.org")]
    [InlineData("quiet.example.org", null)]
    [InlineData("x.quiet.example.org", null)]
    [InlineData("example.net", null)]
    [InlineData("org", null)]
    public void SignerOf_IsTheNearestThatSaysSo(string author, string? signer)
    {
        MoxConfig config = Configs.Parse(Configs.Static, """
            {
              "Domains": {
                "example.org": { "Dkim": { "Selectors": { "a": { "KeyFile": "a" } }, "Sign": [ "a" ] } },
                "sub.example.org": {},
                "quiet.example.org": { "Dkim": { "Selectors": { "a": { "KeyFile": "a" } } } },
                "b.quiet.example.org": { "Dkim": { "Selectors": { "a": { "KeyFile": "a" } }, "Sign": [ "a" ] } },
              },
              "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
            }
            """);
        Assert.Equal(signer, config.SignerOf(Addresses.Domain.Parse(author))?.Name.Ascii);
    }

    [Fact]
    public async Task KeyFiles_ThatCannotBeUsed_AreAllNamed_AlsoAtAReload()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var directory = new ConfigDirectory();
        using LiveConfig live = LiveConfig.Open(directory.Path, new LiveConfigOptions { KeyProblem = pem => pem == "good" ? null : $"\"{pem}\" is no key." });
        Key(directory, "good.pem", "good");
        Key(directory, "bad.pem", "bad");
        Key(directory, "open.pem", "good", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Key(directory, "long.pem", new string('x', 65_537));
        directory.WriteDomains(With("good.pem", "bad.pem", "open.pem", "long.pem", "gone.pem", "history/../good.pem"));
        string[] problems =
        [
            $"s1:KeyFile {directory.Path}/bad.pem: \"bad\" is no key",
            $"s2:KeyFile {directory.Path}/open.pem can be read by other users",
            $"s3:KeyFile {directory.Path}/long.pem cannot be read: {directory.Path}/long.pem is longer than 64 KiB: it is no key",
            $"s4:KeyFile there is no file {directory.Path}/gone.pem",
        ];
        Assert.Equal(problems, Found(await Problems(live)));
        Assert.Equal(["s2:KeyFile", "s3:KeyFile", "s4:KeyFile"], Found(Assert.Throws<ConfigException>(() => ConfigLoader.Load(directory.Path)).Problems).Select(problem => problem.Split(' ')[0]));
        Assert.Null(live.Current.Domains.Values.Single().Dkim);

        // A key is there now: nobody touched domains.json, and an operator says "reload".
        directory.WriteDomains(With("good.pem", "later.pem"));
        Assert.Equal([$"s1:KeyFile there is no file {directory.Path}/later.pem"], Found(await Problems(live)));
        Key(directory, "later.pem", "good");
        Assert.Empty(await Problems(live));
        Assert.Equal(2, live.Current.Domains.Values.Single().Dkim!.Sign.Length);
    }

    [Fact]
    public async Task KeyFile_ThatWasGood_DoesNotStandInTheWayOfOtherChanges()
    {
        using var directory = new ConfigDirectory();
        Key(directory, "a.pem", "good");
        directory.WriteDomains(With("a.pem"));
        using LiveConfig live = directory.Open();
        File.Delete(Path.Combine(directory.Path, "a.pem"));
        directory.WriteDomains(With("a.pem").Replace("\"alice\"", "\"bob\": {}, \"alice\"", StringComparison.Ordinal));
        Assert.Empty(await Problems(live));
        Assert.Equal(2, live.Current.Accounts.Count);
        Assert.Single(Assert.Throws<ConfigException>(() => directory.Open()).Problems);
    }

    [Fact]
    public async Task AddDomain_WithKeys_WritesThemALineEach()
    {
        using var directory = new ConfigDirectory("""
            {
              "Domains": {
                "example.org": {},
              },
              "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
            }

            """);
        using LiveConfig live = directory.Open();
        Key(directory, "dkim/a.pem", "good");
        Key(directory, "dkim/b.pem", "good");
        ImmutableArray<ConfigProblem> problems = await new ConfigEditor(live).AddDomainAsync(
            "example.net", [new DkimKeyFile("2026a", "dkim/a.pem"), new DkimKeyFile("2026b", "dkim/b.pem")], "root", default);
        Assert.Empty(problems);
        Assert.Contains(
            """
                "example.net": {
                  "LocalPartSeparators": [ "+" ],
                  "Dkim": {
                    "Selectors": {
                      "2026a": { "KeyFile": "dkim/a.pem" },
                      "2026b": { "KeyFile": "dkim/b.pem" },
                    },
                    "Sign": [ "2026a", "2026b" ],
                  },
                },
            """,
            directory.Domains,
            StringComparison.Ordinal);
        Assert.Equal(2, live.Current.Domains[Addresses.Domain.Parse("example.net")].Dkim!.Sign.Length);
    }

    private static DomainConfig Domain(string options) =>
        Configs.Parse(Configs.Static, Signed.Replace("KEYS", options, StringComparison.Ordinal)).Domains.Values.Single();

    private static string With(params string[] files) => $$"""
        {
          "Domains": { "example.org": { "Dkim": {
            "Selectors": { {{string.Join(", ", files.Select((file, i) => $$"""
                                                                           "s{{i}}": { "KeyFile": "{{file}}" }
                                                                           """))}} },
            "Sign": [ {{string.Join(", ", files.Select((_, i) => $"\"s{i}\""))}} ],
          } } },
          "Accounts": { "alice": { "Destinations": { "alice@example.org": {} } } },
        }
        """;

    private static Task<ImmutableArray<ConfigProblem>> Problems(LiveConfig live) => live.ReloadAsync(default);

    private static IEnumerable<string> Found(IEnumerable<ConfigProblem> problems) =>
        problems.Select(problem => $"{problem.Path["Domains:example.org:Dkim:Selectors:".Length..]} {problem.Message}");

    private static void Key(ConfigDirectory directory, string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string file = Path.Combine(directory.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }
    }
}
