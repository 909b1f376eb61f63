namespace Mox.Config.Tests;

public class ValidationTests
{
    private const string TrustedProxies = "Mox:Listeners:public:TrustedProxies";

    [Fact]
    public void TrustedProxies_AddressesAndNetworks_AreRead()
    {
        const string Option = "\"TrustedProxies\": [ \"192.0.2.1\", \"10.0.0.0/9\", \"::1\", \"2001:DB8::/33\" ]";
        MoxConfig config = Configs.Parse(Configs.Static.Replace("\"Smtp\": {}", $"\"Smtp\": {{}}, {Option}", StringComparison.Ordinal), Configs.Domains);
        Assert.Equal(
            ["192.0.2.1/32", "10.0.0.0/9", "::1/128", "2001:db8::/33"],
            config.Listeners[0].TrustedProxies.Select(network => network.ToString()));
        Assert.Empty(Configs.Parse(Configs.Static, Configs.Domains).Listeners[0].TrustedProxies);
    }

    [Theory]
    [InlineData("\"Hostname\": \"mail.example.org\",", "", "Mox:Hostname", "is missing")]
    [InlineData("\"mail.example.org\"", "\"xn--bcher-kva.example\"", "Mox:Hostname", "not in Unicode form")]
    [InlineData("\"mail.example.org\"", "\"mail_x\\u0000y\"", "Mox:Hostname", "is no domain name")]
    [InlineData("\"0.0.0.0\"", "", "Mox:Listeners:public:Addresses", "no address")]
    [InlineData("\"0.0.0.0\"", "\"1\"", "Mox:Listeners:public:Addresses", "is no IP address")]
    [InlineData("\"0.0.0.0\"", "\"0.0.0.0\", \"127.0.0.1\"", "Mox:Listeners:public:Smtp", "is already used by")]
    [InlineData("\"Smtp\": {}", "", "Mox:Listeners:public", "has no service")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"proxy.example\" ]", TrustedProxies, "is no IP address or network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"1/8\" ]", TrustedProxies, "is no IP address or network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"/8\" ]", TrustedProxies, "is no IP address or network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"fe80::1%2\" ]", TrustedProxies, "is no IP address or network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"[::1]\" ]", TrustedProxies, "is no IP address or network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"::ffff:192.0.2.1\" ]", TrustedProxies, "is an IPv4 address in an IPv6 one")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"192.0.2.0/33\" ]", TrustedProxies, "has no valid prefix length")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"192.0.2.0/\" ]", TrustedProxies, "has no valid prefix length")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"192.0.2.0/24/8\" ]", TrustedProxies, "has no valid prefix length")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"0.0.0.0/0\" ]", TrustedProxies, "trusts everybody")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"::/0\" ]", TrustedProxies, "trusts everybody")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"192.0.2.129/25\" ]", TrustedProxies, "is an address inside of its network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"2001:db8::1/33\" ]", TrustedProxies, "is an address inside of its network")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"TrustedProxies\": [ \"192.0.2.1\", \"192.0.2.1/32\" ]", TrustedProxies, "is listed twice")]
    [InlineData("\"Smtp\": {}", "\"Imaps\": {}", "Mox:Listeners:public:Imaps", "needs a certificate")]
    [InlineData("\"Smtp\": {}", "\"Imap\": {}", "Mox:Listeners:public:Imap", "without TLS")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": { \"StartTls\": \"Required\" }", "Mox:Listeners:public:Smtp:StartTls", "needs a certificate")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": { \"StartTls\": \"Maybe\" }", "Mox:Listeners:public:Smtp:StartTls", "not known")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": { \"Port\": 0 }", "Mox:Listeners:public:Smtp:Port", "out of range")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": { \"Port\": 2.5 }", "Mox:Listeners:public:Smtp:Port", "out of range")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": { \"Port\": 99999999999999999999 }", "Mox:Listeners:public:Smtp:Port", "out of range")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"Tls\": {}", "Mox:Listeners:public:Tls", "has no certificates")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": {}, \"Tls\": { \"Certificates\": [ { \"CertificateFile\": \"a\" } ] }", "Mox:Listeners:public:Tls:Certificates:0:KeyFile", "is missing")]
    [InlineData("\"Smtp\": {}", "\"Smtp\": null", "Mox:Listeners:public:Smtp", "is null, not an object")]
    [InlineData("{ \"Account\": \"alice\" }", "{}", "Mox:Postmaster:Account", "is missing")]
    [InlineData("{ \"Account\": \"alice\" }", "{ \"Account\": \"bob\" }", "Mox:Postmaster:Account", "there is no account")]
    [InlineData("{ \"Account\": \"alice\" }", "{ \"Account\": \"alice\", \"Mailbox\": \"a//b\" }", "Mox:Postmaster:Mailbox", "empty part")]
    public void Static_BrokenRule_IsOneProblem(string from, string to, string path, string message)
    {
        ConfigProblem problem = Assert.Single(Configs.StaticProblems(from, to));
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Line > 0 && problem.Column > 0 && problem.WhatToDo.Length > 0);
    }

    [Theory]
    [InlineData("\"Archive\": \"Inbox\"", "Inbox anyway")]
    [InlineData("\"Archive\": \"INBOX\"", "Inbox anyway")]
    [InlineData("\"Sent\": \"Mail/Sent\"", "inside another")]
    [InlineData("\"Sent\": \"Archive\"", "named twice")]
    [InlineData("\"Regular\": [ \"junk\" ]", "named twice")]
    [InlineData("\"Regular\": [ \"e\\u0301\" ]", "normal form C")]
    [InlineData("\"Regular\": [ \"a\\u0007\" ]", "control characters")]
    [InlineData("\"Regular\": [ \"\" ]", "is empty")]
    [InlineData("\"Regular\": [ \"..\" ]", "empty part, . or ..")]
    [InlineData("\"Regular\": [ \"#x\" ]", "begins with #")]
    public void InitialMailboxes_BrokenRule_IsOneProblem(string option, string message)
    {
        IReadOnlyList<ConfigProblem> problems = Configs.StaticProblems("\"Postmaster\"", $"\"InitialMailboxes\": {{ {option} }}, \"Postmaster\"");
        Assert.Contains(message, Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "\"alice@example.org\": {}", "is the same address as")]
    [InlineData("", "\"ALICE@example.org\": {}", "is the same address as")]
    [InlineData("", "\"\\\"alice\\\"@example.org\": {}", "is the same address as")]
    [InlineData("", "\"al\\u0131ce@example.org\": {}", "can be mistaken for")]
    [InlineData("", "\"\\uff41lice@example.org\": {}", "can be mistaken for")]
    [InlineData("", "\"al\\u00adice@example.org\": {}", "do not show")]
    [InlineData("", "\"al\\u200dice@example.org\": {}", "do not show")]
    [InlineData("", "\"al\\u202eice@example.org\": {}", "is no address")]
    [InlineData("", "\"bob+x@example.org\": {}", "contains the separator")]
    [InlineData("", "\"bob@elsewhere.example\": {}", "not one of our domains")]
    [InlineData("", "\"bob@xn--bcher-kva.example\": {}", "not in Unicode form")]
    [InlineData("", "\"@example.org\": {}, \"@EXAMPLE.org\": {}", "already takes the rest")]
    [InlineData("", "\"bob\": {}", "is no address")]
    [InlineData("", "\"bob@example.org\": { \"SmtpError\": \"550\" }", "is no reply")]
    [InlineData("", "\"bob@example.org\": { \"SmtpError\": \"250 fine\" }", "is no reply")]
    [InlineData("", "\"bob@example.org\": { \"SmtpError\": \"550 a\\r\\n250 b\" }", "is no reply")]
    [InlineData("", "\"bob@example.org\": { \"SmtpError\": \"550 no\", \"Mailbox\": \"X\" }", "has no mailbox")]
    [InlineData("", "\"bob@example.org\": { \"Mailbox\": \"/x\" }", "mailbox name")]
    [InlineData("\"Aliases\": { \"alice\": { \"Addresses\": [ \"alice@example.org\" ] } }", "", "is the same address as")]
    [InlineData("\"Aliases\": { \"al\\u0131ce\": { \"Addresses\": [ \"alice@example.org\" ] } }", "", "can be mistaken for")]
    [InlineData("\"Aliases\": { \"x\": {} }", "", "needs a member")]
    [InlineData("\"Aliases\": { \"x\": { \"Addresses\": [ \"a@elsewhere.example\" ] } }", "", "is not an address of an account")]
    [InlineData("\"Aliases\": { \"x\": { \"Addresses\": [ \"bob@example.org\" ] } }", "\"@example.org\": {}", "is not an address of an account")]
    [InlineData("\"Aliases\": { \"x\": { \"Addresses\": [ \"bob@example.org\" ] } }", "\"bob@example.org\": { \"SmtpError\": \"550 no\" }", "refuses mail")]
    [InlineData("\"Aliases\": { \"x\": { \"Addresses\": [ \"alice@example.org\", \"Alice+1@example.org\" ] } }", "", "is listed twice")]
    [InlineData("\"Aliases\": { \"x\": { \"Addresses\": [ \"alice@example.org\" ] }, \"X\": { \"Addresses\": [ \"alice@example.org\" ] } }", "", "already above")]
    [InlineData("\"Aliases\": { \"a b\": { \"Addresses\": [ \"alice@example.org\" ] } }", "", "is no localpart")]
    public void Domains_BrokenRule_IsOneProblem(string domainOption, string destination, string message)
    {
        string domains = $$"""
            {
              "Domains": { "example.org": { "LocalPartSeparators": [ "+" ], {{domainOption}} }, "bücher.example": {} },
              "Accounts": {
                "alice": { "Destinations": { "alice@example.org": {} } },
                "bob": { "Destinations": { {{destination}} } },
              },
            }
            """.Replace(", }", " }", StringComparison.Ordinal);
        ConfigProblem problem = Assert.Single(Configs.Problems(Configs.Static, domains));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Line > 0 && problem.WhatToDo.Length > 0);
    }

    [Theory]
    [InlineData("Bob")]
    [InlineData("../x")]
    [InlineData(".x")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("x\\u0000")]
    [InlineData("b\\u00fc")]
    [InlineData("x.")]
    [InlineData("con/x")]
    public void Abuse47_AccountNameThatIsAPath_IsRefused(string name)
    {
        string domains = Configs.Domains.Replace("\"alice\": {", $"\"{name}\": {{}}, \"alice\": {{", StringComparison.Ordinal);
        ConfigProblem problem = Assert.Single(Configs.Problems(Configs.Static, domains));
        Assert.Contains("is no name for an account", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"LoginDisabled\": \"a\\nb\"", "is no text for a reply")]
    [InlineData("\"LoginDisabled\": \"\"", "is no text for a reply")]
    [InlineData("\"LoginDisabled\": \"ü\"", "is no text for a reply")]
    [InlineData("\"QuotaBytes\": -2", "out of range")]
    [InlineData("\"QuotaMessages\": -2", "out of range")]
    [InlineData("\"ImapCapabilitiesDisabled\": [ \"A B\" ]", "is no IMAP capability")]
    public void Account_BrokenRule_IsOneProblem(string option, string message)
    {
        string domains = Configs.Domains.Replace("\"alice\": {", $"\"alice\": {{ {option},", StringComparison.Ordinal);
        Assert.Contains(message, Assert.Single(Configs.Problems(Configs.Static, domains)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ \"+\", \"+\" ]", "is listed twice")]
    [InlineData("[ \"\" ]", "is no separator")]
    [InlineData("[ \"1\" ]", "is no separator")]
    [InlineData("[ \"@\" ]", "is no separator")]
    [InlineData("[ 3 ]", "is a number, not a text")]
    public void Separators_BrokenRule_IsOneProblem(string separators, string message)
    {
        string domains = Configs.Domains.Replace("[ \"+\" ]", separators, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Single(Configs.Problems(Configs.Static, domains)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CaseSensitiveDomain_TwoNamesByCase_AreTwoAddresses()
    {
        const string Domains = """
            { "Domains": { "example.org": { "LocalPartCaseSensitive": true } },
              "Accounts": { "alice": { "Destinations": { "a@example.org": {}, "A@example.org": { "Mailbox": "Big" } } } } }
            """;
        var resolver = new AddressResolver(Configs.Parse(Configs.Static, Domains));
        var found = (Resolution.ToAccount)resolver.Resolve(Mox.Addresses.LocalPart.Parse("A"), Mox.Addresses.Domain.Parse("example.org"));
        Assert.Equal("Big", found.Mailbox);
    }

    [Theory]
    [InlineData("K", "\u212A")]
    [InlineData("e\u0301x", "\u00E9x")]
    [InlineData("\uFB01sh", "fish")]
    [InlineData("\u017Fally", "sally")]
    [InlineData("\u0130van", "ivan")]
    [InlineData("a\u200Bb", "ab")]
    public void Abuse49_NamesThatLookAlike_HaveOneSkeleton(string one, string other) =>
        Assert.Equal(AddressRules.Skeleton(one, keepCase: false), AddressRules.Skeleton(other, keepCase: false));
}
