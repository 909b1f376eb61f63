using System.Security.Authentication;
using System.Text;
using Mox.Addresses;

namespace Mox.Config.Tests;

public class ConfigLoaderTests
{
    [Fact]
    public void Parse_LeastConfiguration_TakesDefaults()
    {
        MoxConfig config = Configs.Parse(Configs.Static, Configs.Domains);
        Assert.Equal("/etc/data", config.DataDirectory);
        Assert.Equal(new LimitsConfig(), config.Limits);
        Assert.Equal(new LogConfig(), config.Log);
        Assert.Equal(("alice", "Postmaster"), (config.Postmaster.Account, config.Postmaster.Mailbox));
        ListenerConfig listener = Assert.Single(config.Listeners);
        Assert.Equal(("public", 25, 104_857_600), (listener.Name, listener.Smtp!.Port, listener.MaxMessageBytes));
        Assert.Null(listener.Imap);
        Assert.Null(config.QuotaOf("alice"));
    }

    [Fact]
    public void Parse_AllOptions_AreTaken()
    {
        const string Static = """
            { "$schema": "x", "Mox": {
              "Hostname": "bücher.example", "DataDirectory": "/var/mox", "Pedantic": true, "QuotaBytes": 1000, "QuotaMessages": 500,
              "Log": { "Level": "traceauth", "Format": "Json" },
              "Limits": { "Enabled": false, "ConnectionsPerMinute": 1, "ConcurrentConnections": 2, "FailedLoginsPerMinute": 3, "FailedLoginsPerDay": 4 },
              "Postmaster": { "Account": "alice", "Mailbox": "Host" },
              "InitialMailboxes": { "Archive": "Archiv", "Drafts": "", "Junk": "Spam", "Sent": "Gesendet", "Trash": "Müll", "Regular": [ "Eins" ] },
              "Listeners": {
                "b": { "Addresses": [ "::", "192.0.2.1" ], "MaxMessageBytes": 2048,
                  "Tls": { "Certificates": [ { "CertificateFile": "a.pem", "KeyFile": "/k.pem" } ], "MinimumVersion": "Tls13" },
                  "Smtp": { "Port": 26, "StartTls": "Required", "TlsResume": true, "RefuseBareLf": true },
                  "Imap": { "Port": 144, "AllowPlaintextLogin": true }, "Imaps": { "Port": 994 } },
                "a": { "Addresses": [ "127.0.0.1" ], "Smtp": {} } } } }
            """;
        const string Domains = """
            { "Domains": { "example.org": { "Disabled": true, "LocalPartCaseSensitive": true } },
              "Accounts": {
                "alice": { "Destinations": { "alice@example.org": {} }, "QuotaBytes": 50, "QuotaMessages": 5, "LoginDisabled": "pay", "ImapCapabilitiesDisabled": [ "condstore" ] },
                "bob": { "QuotaBytes": -1, "QuotaMessages": -1 }, "carol": {} } }
            """;
        MoxConfig config = Configs.Parse(Static, Domains);
        Assert.Equal(("xn--bcher-kva.example", "/var/mox", true), (config.Hostname.Ascii, config.DataDirectory, config.Pedantic));
        Assert.Equal(new LogConfig { Level = LogVerbosity.TraceAuth, Format = LogFormat.Json }, config.Log);
        Assert.Equal(
            new LimitsConfig { Enabled = false, ConnectionsPerMinute = 1, ConcurrentConnections = 2, FailedLoginsPerMinute = 3, FailedLoginsPerDay = 4 },
            config.Limits);
        InitialMailboxesConfig initial = config.InitialMailboxes;
        Assert.Equal(["Archiv", "", "Spam", "Gesendet", "Müll", "Eins"], [initial.Archive, initial.Drafts, initial.Junk, initial.Sent, initial.Trash, .. initial.Regular]);
        Assert.Equal(["a", "b"], config.Listeners.Select(listener => listener.Name));
        ListenerConfig b = config.Listeners[1];
        Assert.Equal(["::", "192.0.2.1"], b.Addresses.Select(address => address.ToString()));
        Assert.Equal(new CertificateConfig("/etc/mox/a.pem", "/k.pem"), Assert.Single(b.Tls!.Certificates));
        Assert.Equal((SslProtocols.Tls13, 2048L), (b.Tls.MinimumVersion, b.MaxMessageBytes));
        Assert.Equal(new SmtpListenerConfig { Port = 26, StartTls = StartTlsMode.Required, TlsResume = true, RefuseBareLf = true }, b.Smtp);
        Assert.Equal(new ImapListenerConfig { Port = 144, AllowPlaintextLogin = true }, b.Imap);
        Assert.Equal(new ImapsListenerConfig { Port = 994 }, b.Imaps);
        DomainConfig domain = config.Domains[Domain.Parse("example.org")];
        Assert.True(domain is { Disabled: true, LocalPartCaseSensitive: true });
        Assert.Equal(("pay", "CONDSTORE"), (config.Accounts["alice"].LoginDisabled, Assert.Single(config.Accounts["alice"].ImapCapabilitiesDisabled)));
        Assert.Equal([50L, null, 1000L], [config.QuotaOf("alice"), config.QuotaOf("bob"), config.QuotaOf("carol")]);
        Assert.Equal([5L, null, 500L], [config.QuotaMessagesOf("alice"), config.QuotaMessagesOf("bob"), config.QuotaMessagesOf("carol")]);
    }

    [Fact]
    public void Parse_UnknownKey_NamesNearestWithPlace()
    {
        ConfigProblem problem = Assert.Single(Configs.StaticProblems("\"Smtp\": {}", "\"Smtp\": { \"Prot\": 25 }"));
        Assert.Equal("Mox:Listeners:public:Smtp:Prot", problem.Path);
        Assert.Equal("did you mean Port?", problem.WhatToDo);
        int column = Configs.Static.Split('\n')[3].IndexOf("\"Smtp\"", StringComparison.Ordinal) + 1 + "\"Smtp\": { ".Length;
        Assert.Equal((4, column), (problem.Line, problem.Column));
        Assert.Equal($"/etc/mox/appsettings.json(4,{column}): Mox:Listeners:public:Smtp:Prot: there is no such option: did you mean Port?", problem.ToString());
    }

    [Theory]
    [InlineData("hostname", "Hostname")]
    [InlineData("DataDir", "DataDirectory")]
    [InlineData("Listener", "Listeners")]
    [InlineData("PostMaster", "Postmaster")]
    public void Parse_UnknownKey_NearestIsFound(string wrong, string meant)
    {
        IReadOnlyList<ConfigProblem> problems = Configs.StaticProblems("\"Hostname\": \"mail", $"\"{wrong}\": 1, \"Hostname\": \"mail");
        Assert.Equal($"did you mean {meant}?", Assert.Single(problems).WhatToDo);
    }

    [Fact]
    public void Parse_UnknownKeyNearToNothing_ListsWhatIsKnown()
    {
        IReadOnlyList<ConfigProblem> problems = Configs.StaticProblems("\"Smtp\": {}", "\"Smtp\": { \"Xyzzyxyzzyxyzzyxyzzyxyzzy\": {} }");
        Assert.Equal("remove it; known here: Port, StartTls, TlsResume, RefuseBareLf", Assert.Single(problems).WhatToDo);
    }

    [Fact]
    public void Parse_ManyProblems_AreReportedTogetherInOrder()
    {
        const string Static = """
            { "Mox": {
              "Hostname": "not a name",
              "QuotaBytes": "much",
              "Listeners": { "public": { "Addresses": [ "localhost", 7 ], "Smtp": { "Port": 70000 }, "Imaps": {} } },
              "Postmaster": { "Account": "nobody" },
            } }
            """;
        const string Domains = """
            {
              "Domains": { "example.org": { "Disabled": 0, "LocalPartSeparators": "+" } },
              "Accounts": { "Alice!": { "Destinations": { "alice@elsewhere.example": {}, "x": {} } } },
            }
            """;
        string[] found = [.. Configs.Problems(Static, Domains).Select(problem => $"{Path.GetFileName(problem.File)}:{problem.Line} {problem.Path}")];
        Assert.Equal(
            [
                "appsettings.json:2 Mox:Hostname",
                "appsettings.json:3 Mox:QuotaBytes",
                "appsettings.json:4 Mox:Listeners:public:Addresses",
                "appsettings.json:4 Mox:Listeners:public:Addresses:1",
                "appsettings.json:4 Mox:Listeners:public:Smtp:Port",
                "appsettings.json:4 Mox:Listeners:public:Imaps",
                "appsettings.json:5 Mox:Postmaster:Account",
                "domains.json:2 Domains:example.org:Disabled",
                "domains.json:2 Domains:example.org:LocalPartSeparators",
                "domains.json:3 Accounts:Alice!",
                "domains.json:3 Accounts:Alice!:Destinations:alice@elsewhere.example",
                "domains.json:3 Accounts:Alice!:Destinations:x",
            ],
            found);
    }

    [Theory]
    [InlineData("{ \"Mox\": {\n  \"Hostname\": oops } }", 2)]
    [InlineData("{ \"Mox\": {\n", 2)]
    [InlineData("", 1)]
    [InlineData("{} {}", 1)]
    [InlineData("{ \"Mox\" {} }", 1)]
    public void Parse_NotJson_SaysWhere(string json, int line)
    {
        ConfigProblem problem = Assert.Single(Configs.Problems(json, Configs.Domains));
        Assert.Equal(("not valid JSON", line), (problem.Message, problem.Line));
        Assert.DoesNotContain('\n', problem.ToString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"Mox\": [] }")]
    [InlineData("{ \"Mox\": null }")]
    public void Parse_WrongTopValue_IsAProblem(string json) => Assert.NotEmpty(Configs.Problems(json, Configs.Domains));

    [Fact]
    public void Parse_DeepNesting_IsRefused() =>
        Assert.Equal("not valid JSON", Assert.Single(Configs.Problems(new string('[', 100_000), Configs.Domains)).Message);

    [Fact]
    public void Parse_NameTwice_IsAProblem()
    {
        IReadOnlyList<ConfigProblem> problems = Configs.StaticProblems("\"Hostname\": \"mail", "\"Hostname\": \"one.example\", \"Hostname\": \"mail");
        Assert.Equal("this name is already used above in the same object", Assert.Single(problems).Message);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsAProblem()
    {
        byte[] json = Encoding.UTF8.GetBytes(Configs.Static);
        json[Configs.Static.IndexOf("mail.", StringComparison.Ordinal)] = 0xff;
        var e = Assert.Throws<ConfigException>(() => ConfigLoader.Parse(json, Encoding.UTF8.GetBytes(Configs.Domains), Configs.Directory));
        Assert.Equal((2, "save the file as UTF-8"), (e.Problems[0].Line, e.Problems[0].WhatToDo));
    }

    [Fact]
    public void Parse_ByteOrderMark_IsSkipped() => Assert.Empty(Configs.Problems("\uFEFF" + Configs.Static, Configs.Domains));

    [Fact]
    public void Parse_RandomBytes_GiveProblemsOnly()
    {
        var random = new Random(33);
        byte[] good = Encoding.UTF8.GetBytes(Configs.Static);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                ConfigLoader.Parse(bytes, Encoding.UTF8.GetBytes(Configs.Domains), Configs.Directory);
            }
            catch (ConfigException e)
            {
                Assert.NotEmpty(e.Problems);
            }
        }
    }

    [Fact]
    public void Load_MissingFiles_NamesBoth()
    {
        var e = Assert.Throws<ConfigException>(() => ConfigLoader.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())));
        Assert.Equal(["appsettings.json", "domains.json"], e.Problems.Select(problem => Path.GetFileName(problem.File)));
    }
}
