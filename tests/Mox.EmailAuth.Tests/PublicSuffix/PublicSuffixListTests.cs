using Mox.Addresses;
using Mox.EmailAuth.PublicSuffix;

namespace Mox.EmailAuth.Tests.PublicSuffix;

public sealed class PublicSuffixListTests
{
    [Theory]
    [InlineData("example.com", "com", "example.com")]
    [InlineData("a.b.example.com", "com", "example.com")]
    [InlineData("com", "com", "com")]
    [InlineData("www.example.co.uk", "co.uk", "example.co.uk")]
    [InlineData("example.unlisted", "unlisted", "example.unlisted")]
    [InlineData("a.b.unlisted", "unlisted", "b.unlisted")]
    [InlineData("c.kobe.jp", "c.kobe.jp", "c.kobe.jp")]
    [InlineData("b.c.kobe.jp", "c.kobe.jp", "b.c.kobe.jp")]
    [InlineData("www.city.kobe.jp", "kobe.jp", "city.kobe.jp")]
    [InlineData("test.ck", "test.ck", "test.ck")]
    [InlineData("www.www.ck", "ck", "www.ck")]
    [InlineData("me.github.io", "github.io", "me.github.io")]
    [InlineData("xn--85x722f.com.cn", "com.cn", "xn--85x722f.com.cn")]
    [InlineData("www.\u98df\u72ee.\u516c\u53f8.cn", "xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn")]
    public void Suffix_OfADomain_IsByTheList(string domain, string suffix, string organizational)
    {
        var parsed = Domain.Parse(domain);
        Assert.Equal(suffix, PublicSuffixList.Default.PublicSuffix(parsed).Ascii);
        Assert.Equal(organizational, PublicSuffixList.Default.OrganizationalDomain(parsed).Ascii);
        Assert.Equal(suffix == parsed.Ascii, PublicSuffixList.Default.IsPublicSuffix(parsed));
    }

    [Fact]
    public void Parse_OfAList_PassesOverWhatIsNoRule()
    {
        var list = PublicSuffixList.Parse("// comment\n\nfoo // more\n*.bar\n!x.bar\n..\n");
        Assert.Equal("foo", list.PublicSuffix(Domain.Parse("a.foo")).Ascii);
        Assert.Equal("a.bar", list.PublicSuffix(Domain.Parse("b.a.bar")).Ascii);
        Assert.Equal("bar", list.PublicSuffix(Domain.Parse("b.x.bar")).Ascii);
        Assert.Equal("bar", list.PublicSuffix(Domain.Parse("bar")).Ascii);
        Assert.True(default(Domain) == list.OrganizationalDomain(default));
    }
}
