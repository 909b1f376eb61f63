using Mox.EmailAuth.Spf;

namespace Mox.EmailAuth.Tests.Spf;

public sealed class SpfRecordTests
{
    [Theory]
    [InlineData("v=spf1")]
    [InlineData("V=SPF1  -all ")]
    [InlineData("v=spf1 a a/24 a//64 a/24//64 a:h.example a:h.example/0 a:h.example//128 a:h.example/32//0 A:h.example")]
    [InlineData("v=spf1 mx mx:d.example mx/30 mx:d.example//96 ptr ptr:d.example include:_spf.d.example exists:%{ir}.d.example")]
    [InlineData("v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip4:0.0.0.0/0 ip6:2001:db8::1 ip6:2001:db8::/32 ip6:::/0 ip6:::ffff:192.0.2.1 -all")]
    [InlineData("v=spf1 +a -mx ~ptr ?all")]
    [InlineData("v=spf1 redirect=_spf.d.example exp=e.d.example other=%{d}")]
    [InlineData("v=spf1 a= moo.cow-far_out=man:dog/cat ip4:192.0.2.1")]
    [InlineData("v=spf1 a:%{d} a:%{d}.com a:x%%y.com a:x.%- a:%{d1r-+/_=,.} a:foo/bar.com a:foo/bar.com/24 a:example.com.")]
    [InlineData("v=spf1 a:a.b-c a:_x.1a1 exists:%{L}.example include:%{h3R.}")]
    public void Parse_OfAGoodRecord_Succeeds(string text)
    {
        Assert.True(SpfRecord.TryParse(text, out var record, out string? problem), problem);
        Assert.Equal(text, record.Text);
    }

    [Theory]
    [InlineData("v=spf1 foo", "foo: no such mechanism")]
    [InlineData("v=spf1 all:x.example", "all:x.example: nothing may follow")]
    [InlineData("v=spf1 all/8", "all/8: nothing may follow")]
    [InlineData("v=spf1 --all", "--all: no such mechanism")]
    [InlineData("v=spf1 a:", "a:: a domain is missing")]
    [InlineData("v=spf1 a:/24", "a:/24: a domain is missing")]
    [InlineData("v=spf1 a/", "a/: a bad prefix length")]
    [InlineData("v=spf1 a/33", "a/33: a bad prefix length")]
    [InlineData("v=spf1 a/024", "a/024: a bad prefix length")]
    [InlineData("v=spf1 a//129", "a//129: a bad prefix length")]
    [InlineData("v=spf1 a//64/24", "a//64/24: nothing but a domain may follow")]
    [InlineData("v=spf1 a/24/24", "a/24/24: nothing but a domain may follow")]
    [InlineData("v=spf1 a//64//64", "a//64//64: a bad prefix length")]
    [InlineData("v=spf1 a:localhost", "a:localhost: no domain")]
    [InlineData("v=spf1 a:192.0.2.1", "a:192.0.2.1: no domain")]
    [InlineData("v=spf1 a:example.-com", "a:example.-com: no domain")]
    [InlineData("v=spf1 a:example..", "a:example..: no domain")]
    [InlineData("v=spf1 a:%{i}com", "a:%{i}com: no domain")]
    [InlineData("v=spf1 include", "include: a domain must follow")]
    [InlineData("v=spf1 include:x.example/24", "include:x.example/24: no domain")]
    [InlineData("v=spf1 exists", "exists: a domain must follow")]
    [InlineData("v=spf1 ptr/24", "ptr/24: nothing but a domain may follow")]
    [InlineData("v=spf1 ip4", "ip4: a network must follow")]
    [InlineData("v=spf1 ip4:", "ip4:: a bad address")]
    [InlineData("v=spf1 ip4:1.2.3", "ip4:1.2.3: a bad address")]
    [InlineData("v=spf1 ip4:1.2.3.04", "ip4:1.2.3.04: a bad address")]
    [InlineData("v=spf1 ip4:1.2.3.256", "ip4:1.2.3.256: a bad address")]
    [InlineData("v=spf1 ip4:1.2.3.4/", "ip4:1.2.3.4/: a bad prefix length")]
    [InlineData("v=spf1 ip4:1.2.3.4//32", "ip4:1.2.3.4//32: a bad prefix length")]
    [InlineData("v=spf1 ip4:2001:db8::1", "ip4:2001:db8::1: a bad address")]
    [InlineData("v=spf1 ip6:192.0.2.1", "ip6:192.0.2.1: a bad address")]
    [InlineData("v=spf1 ip6:fe80::1%1", "ip6:fe80::1%1: a bad address")]
    [InlineData("v=spf1 ip6:[::1]", "ip6:[::1]: a bad address")]
    [InlineData("v=spf1 exists:%{x}.example", "exists:%{x}.example: a bad macro")]
    [InlineData("v=spf1 exists:%{c}.example", "exists:%{c}.example: a bad macro")]
    [InlineData("v=spf1 exists:%{d0}.example", "exists:%{d0}.example: a bad macro")]
    [InlineData("v=spf1 exists:%{d!}.example", "exists:%{d!}.example: a bad macro")]
    [InlineData("v=spf1 exists:%{d.example", "exists:%{d.example: a bad macro")]
    [InlineData("v=spf1 exists:x.%", "exists:x.%: a bad macro")]
    [InlineData("v=spf1 exists:%(d).example", "exists:%(d).example: a bad macro")]
    [InlineData("v=spf1 a:\u00e9.example", "a:\u00e9.example: a character that may not be there")]
    [InlineData("v=spf1\ta", "the record does not begin with v=spf1")]
    [InlineData("v=spf10 a", "the record does not begin with v=spf1")]
    [InlineData("v=spf1 a\tmx", "a\tmx: no such mechanism")]
    [InlineData("v=spf1 redirect=a.example redirect=b.example", "redirect stands there twice")]
    [InlineData("v=spf1 exp=a.example EXP=b.example", "exp stands there twice")]
    [InlineData("v=spf1 redirect=", "redirect=: a domain is missing")]
    [InlineData("v=spf1 moo=%{q}", "moo=%{q}: a bad macro")]
    [InlineData("v=spf1 1moo=x", "1moo=x: no such mechanism")]
    public void Parse_OfABadRecord_SaysWhat(string text, string expected)
    {
        Assert.False(SpfRecord.TryParse(text, out _, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Parse_OfAnything_ReturnsAndTakesShort()
    {
        Random random = new(1);
        string[] pieces = ["v=spf1 ", "a", "mx", "ip4:", "ip6:", "1.2.3.4", "::1", "/", "//", "24", "%{", "}", "d", "r", ".", "=", "exp", "redirect", " ", "-", ":", "include", "\u00e9", "\0", "x.example"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = "v=spf1 " + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            bool isGood = SpfRecord.TryParse(text, out var record, out string? problem);
            Assert.Equal(isGood, problem is null);
            Assert.Equal(isGood, record is not null);
        }
    }
}
