using Mox.Addresses;

namespace Mox.Config.Tests;

public class AddressResolverTests
{
    private const string Domains = """
        {
          "Domains": {
            "example.org": {
              "LocalPartSeparators": [ "+", "--" ],
              "Aliases": {
                "Sales": { "Addresses": [ "bob@example.org", "alice@strict.example" ] },
                "postmaster-friends": { "Addresses": [ "bob@example.org" ] },
              },
            },
            "strict.example": { "LocalPartCaseSensitive": true },
            "all.example": { "LocalPartSeparators": [ "+" ], "Aliases": { "team": { "Addresses": [ "bob@example.org" ] } } },
            "off.example": { "Disabled": true },
            "bücher.example": {},
          },
          "Accounts": {
            "alice": { "Destinations": {
              "alice@example.org": { "Mailbox": "Work/Mail" },
              "alice@strict.example": {},
              "@all.example": { "Mailbox": "All" },
              "alice@off.example": {},
            } },
            "bob": { "Destinations": {
              "Bob@example.org": {},
              "Bob@strict.example": {},
              "bob@all.example": {},
              "spam@all.example": { "SmtpError": "550 no such user" },
              "later@all.example": { "SmtpError": "421 come back" },
              "jürgen@bücher.example": {},
              "\"two words\"@example.org": {},
              "\"\"@example.org": {},
            } },
          },
        }
        """;

    private static readonly AddressResolver Resolver = new(Configs.Parse(Configs.Static, Domains));

    [Theory]
    [InlineData("alice@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("ALICE@EXAMPLE.ORG", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("alice+shop@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("alice--shop@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("alice--a+b--c@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("alice+@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("\"Alice\"@example.org", "alice", "Work/Mail", "alice@example.org")]
    [InlineData("bob@example.org", "bob", "Inbox", "bob@example.org")]
    [InlineData("\"Two Words\"@example.org", "bob", "Inbox", "\"two words\"@example.org")]
    [InlineData("\"\"@example.org", "bob", "Inbox", "\"\"@example.org")]
    [InlineData("Bob@strict.example", "bob", "Inbox", "Bob@strict.example")]
    [InlineData("jürgen@bücher.example", "bob", "Inbox", "jürgen@bücher.example")]
    [InlineData("JÜRGEN@xn--bcher-kva.example", "bob", "Inbox", "jürgen@bücher.example")]
    [InlineData("ju\u0308rgen@BU\u0308CHER.example", "bob", "Inbox", "jürgen@bücher.example")]
    [InlineData("anything@all.example", "alice", "All", "anything@all.example")]
    [InlineData("AnyThing+else@all.example", "alice", "All", "anything@all.example")]
    [InlineData("bob@all.example", "bob", "Inbox", "bob@all.example")]
    public void Resolve_AddressOfAccount_GivesAccountAndMailbox(string text, string account, string mailbox, string canonical)
    {
        var found = Assert.IsType<Resolution.ToAccount>(Resolve(text));
        Assert.Equal((account, mailbox, canonical), (found.Account.Name, found.Mailbox, found.Canonical.ToString()));
    }

    [Theory]
    [InlineData("nobody@example.org")]
    [InlineData("+alice@example.org")]
    [InlineData("bob@strict.example")]
    [InlineData("Alice@strict.example")]
    [InlineData("alice+shop@strict.example")]
    [InlineData("jurgen@bücher.example")]
    [InlineData("al\u0131ce@example.org")]
    [InlineData("alice%example.org@example.org")]
    [InlineData("\"bob@elsewhere.example\"@example.org")]
    [InlineData("\"two words \"@example.org")]
    public void Resolve_UnknownName_GivesUnknownUser(string text) => Assert.IsType<Resolution.UnknownUser>(Resolve(text));

    [Theory]
    [InlineData("alice@elsewhere.example")]
    [InlineData("alice@sub.example.org")]
    [InlineData("alice@org")]
    [InlineData("alice@mail.example.org")]
    [InlineData("alice@mx.example.org")]
    [InlineData("bob@elsewhere.example\u3002example.org.invalid")]
    public void Resolve_DomainNotOurs_GivesUnknownDomain(string text) => Assert.IsType<Resolution.UnknownDomain>(Resolve(text));

    [Theory]
    [InlineData("postmaster", null, "postmaster@mail.example.org")]
    [InlineData("PostMaster", null, "postmaster@mail.example.org")]
    [InlineData("POSTMASTER", "mail.example.org", "postmaster@mail.example.org")]
    [InlineData("postmaster", "MX.example.org", "postmaster@mx.example.org")]
    [InlineData("postmaster", "example.org", "postmaster@example.org")]
    [InlineData("Postmaster+x", "example.org", "postmaster@example.org")]
    [InlineData("PostMaster", "strict.example", "PostMaster@strict.example")]
    public void Resolve_Postmaster_GoesToItsAccount(string localPart, string? domain, string canonical)
    {
        Domain? name = domain is null ? null : Domain.Parse(domain);
        var found = Assert.IsType<Resolution.ToAccount>(Resolver.Resolve(LocalPart.Parse(localPart), name));
        Assert.Equal(("alice", "Postmaster", canonical), (found.Account.Name, found.Mailbox, found.Canonical.ToString()));
    }

    [Fact]
    public void Resolve_PostmasterOfDomainWithCatchall_GoesToCatchall()
    {
        var found = Assert.IsType<Resolution.ToAccount>(Resolve("postmaster@all.example"));
        Assert.Equal("All", found.Mailbox);
    }

    [Fact]
    public void Resolve_NoDomainAndNotPostmaster_GivesUnknownDomain() =>
        Assert.IsType<Resolution.UnknownDomain>(Resolver.Resolve(LocalPart.Parse("alice"), null));

    [Theory]
    [InlineData("alice@off.example")]
    [InlineData("nobody@off.example")]
    [InlineData("postmaster@off.example")]
    public void Resolve_DisabledDomain_GivesDisabled(string text) => Assert.IsType<Resolution.DisabledDomain>(Resolve(text));

    [Theory]
    [InlineData("sales@example.org", 2)]
    [InlineData("SALES+x@example.org", 2)]
    [InlineData("postmaster-friends@example.org", 1)]
    [InlineData("team@all.example", 1)]
    public void Resolve_Alias_GivesMembers(string text, int members)
    {
        var found = Assert.IsType<Resolution.ToAlias>(Resolve(text));
        Assert.Equal(members, found.Members.Length);
        Assert.Equal("bob", found.Members[0].Account.Name);
    }

    [Theory]
    [InlineData("spam@all.example", false, "no such user")]
    [InlineData("SPAM+x@all.example", false, "no such user")]
    [InlineData("later@all.example", true, "come back")]
    public void Resolve_HoleInCatchall_Refuses(string text, bool isTemporary, string reply) =>
        Assert.Equal(new Resolution.Refused(new DestinationError(isTemporary, reply)), Resolve(text));

    [Theory]
    [InlineData("alice@example.org", "alice")]
    [InlineData("ALICE+phone@example.org", "alice")]
    [InlineData("whoever@all.example", "alice")]
    [InlineData("spam@all.example", "bob")]
    [InlineData("alice@off.example", "alice")]
    [InlineData("sales@example.org", null)]
    [InlineData("team@all.example", null)]
    [InlineData("postmaster@example.org", null)]
    [InlineData("postmaster@mail.example.org", null)]
    [InlineData("nobody@example.org", null)]
    [InlineData("alice@elsewhere.example", null)]
    public void ResolveLogin_OnlyAddressesOfAnAccount(string login, string? account) =>
        Assert.Equal(account, Resolver.ResolveLogin(Configs.Address(login))?.Account.Name);

    [Fact]
    public void Canonical_AppliedTwice_ChangesNothing()
    {
        var domain = new DomainConfig { Name = Domain.Parse("example.org"), LocalPartSeparators = ["+", "-"] };
        string[] samples = ["Bob", "bob+a-b", "-bob+x", "+-x", "\u212Aelvin", "\u0130stanbul", "STRASSE\u1E9E", "e\u0301+x", "\u03A3\u03A3", "a\u0301-\u0301"];
        foreach (string sample in samples)
        {
            Assert.True(LocalPart.TryFromValue(sample, out LocalPart localPart, out string? problem), problem);
            LocalPart once = AddressRules.Canonical(localPart, domain);
            Assert.Equal(once, AddressRules.Canonical(once, domain));
        }
    }

    [Fact]
    public void Construct_AccountOfPostmasterMissing_Throws()
    {
        MoxConfig config = Configs.Parse(Configs.Static, Configs.Domains) with { Postmaster = new PostmasterConfig("nobody") };
        Assert.Throws<ArgumentException>(() => new AddressResolver(config));
    }

    private static Resolution Resolve(string text)
    {
        Address address = Configs.Address(text);
        return Resolver.Resolve(address.LocalPart, address.Domain);
    }
}
