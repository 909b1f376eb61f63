using FsCheck;
using FsCheck.Fluent;

namespace Mox.Addresses.Tests;

public class DomainTests
{
    [Theory]
    [InlineData("example.com", "example.com", "example.com")]
    [InlineData("EXAMPLE.Com", "example.com", "example.com")]
    [InlineData("localhost", "localhost", "localhost")]
    [InlineData("r3---sn-x.example", "r3---sn-x.example", "r3---sn-x.example")]
    [InlineData("1and1.example", "1and1.example", "1and1.example")]
    [InlineData("Bücher.example", "xn--bcher-kva.example", "bücher.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example", "bücher.example")]
    [InlineData("fa\u00DF.de", "xn--fa-hia.de", "fa\u00DF.de")]
    [InlineData("日本。jp", "xn--wgv71a.jp", "日本.jp")]
    [InlineData("ＡＢＣ.com", "abc.com", "abc.com")]
    [InlineData("ab--cd.\u00E9.com", "ab--cd.xn--9ca.com", "ab--cd.\u00E9.com")]
    [InlineData("e\u0301.com", "xn--9ca.com", "\u00E9.com")]
    [InlineData("\u05D0\u05D1.com", "xn--4dbc.com", "\u05D0\u05D1.com")]
    public void Parse_Good_HasBothForms(string text, string ascii, string unicode)
    {
        var domain = Domain.Parse(text);
        Assert.Equal(ascii, domain.Ascii);
        Assert.Equal(unicode, domain.Unicode);
        Assert.Equal(unicode, domain.ToString());
        Assert.Equal(ascii != unicode, domain.IsInternational);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "ends in a dot")]
    [InlineData("example.com.", "ends in a dot")]
    [InlineData(".example.com", "label is empty")]
    [InlineData("a..b", "label is empty")]
    [InlineData("-a.com", "hyphen")]
    [InlineData("a-.com", "hyphen")]
    [InlineData("a_b.com", "only letters")]
    [InlineData("a b.com", "only letters")]
    [InlineData("a\r\nb.com", "only letters")]
    [InlineData("a\0b.com", "only letters")]
    [InlineData("[127.0.0.1]", "only letters")]
    [InlineData("127.0.0.1", "IP address")]
    [InlineData("1", "IP address")]
    [InlineData("xn--a.com", "xn--")]
    [InlineData("xn--zz--.de", "hyphen")]
    [InlineData("xn--abc-.de", "hyphen")]
    [InlineData("\u00E9_.com", "internationalised")]
    [InlineData("a\u202Eb.example", "internationalised")]
    [InlineData("\u00E9..com", "internationalised")]
    [InlineData("\u00E0\u05D0.com", "right-to-left")]
    public void Parse_Bad_SaysWhy(string text, string reason)
    {
        Assert.False(Domain.TryParse(text, out var domain, out var problem));
        Assert.True(domain.IsEmpty);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Domain.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Lengths_AreBounded()
    {
        var label = new string('a', 63);
        Assert.True(Domain.TryParse($"{label}.com", out _));
        Assert.False(Domain.TryParse($"{label}a.com", out _));
        var longest = $"{label}.{label}.{label}.{new string('b', 61)}";
        Assert.Equal(Domain.MaxAsciiLength, longest.Length);
        Assert.True(Domain.TryParse(longest, out _));
        Assert.False(Domain.TryParse(longest + "b", out _));
        Assert.False(Domain.TryParse(new string('\u00E9', 1_000_000), out _));
    }

    [Theory]
    [InlineData("_dmarc.example.com")]
    [InlineData("host_name")]
    [InlineData("-a-.example")]
    [InlineData("127.0.0.1")]
    public void TryParseLax_WhatDnsHas_IsTaken(string text)
    {
        Assert.False(Domain.TryParse(text, out _));
        Assert.True(Domain.TryParseLax(text, out var domain));
        Assert.Equal(text, domain.Ascii);
    }

    [Fact]
    public void TryParse_NullOrLoneSurrogate_IsFalse()
    {
        Assert.False(Domain.TryParse(null, out _));
        Assert.False(Domain.TryParse("a" + (char)0xD800 + ".example", out _));
    }

    [Theory]
    [InlineData("a.example.com", "example.com", true)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("badexample.com", "example.com", false)]
    [InlineData("com", "example.com", false)]
    public void IsOrIsUnder_ByLabels(string name, string parent, bool expected) =>
        Assert.Equal(expected, Domain.Parse(name).IsOrIsUnder(Domain.Parse(parent)));

    [Fact]
    public void Parent_OfInternationalName_KeepsBothForms()
    {
        var parent = Domain.Parse("www.b\u00FCcher.example").Parent();
        Assert.Equal("b\u00FCcher.example", parent.Unicode);
        Assert.Equal("xn--bcher-kva.example", parent.Ascii);
        Assert.True(Domain.Parse("com").Parent().IsEmpty);
    }

    [Fact]
    public void Equality_IsByAsciiForm()
    {
        Assert.Equal(Domain.Parse("B\u00FCcher.example"), Domain.Parse("xn--bcher-kva.EXAMPLE"));
        Assert.Equal(Domain.Parse("B\u00FCcher.example").GetHashCode(), Domain.Parse("xn--bcher-kva.EXAMPLE").GetHashCode());
        Assert.NotEqual(Domain.Parse("a.com"), Domain.Parse("b.com"));
        Assert.NotEqual(default, Domain.Parse("a.com"));
        Assert.True(Domain.Parse("a.com") < Domain.Parse("b.com"));
    }

    [Fact]
    public void Parse_Anything_RoundTripsOrIsRefused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll((string? text) =>
            !Domain.TryParse(text, out var domain)
            || (Domain.Parse(domain.Ascii) == domain && Domain.Parse(domain.Unicode) == domain
                && Domain.Parse(domain.Unicode).Unicode == domain.Unicode)));

    [Fact]
    public void Parse_RandomUnicode_RoundTripsOrIsRefused()
    {
        var random = new Random(49);
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => (char)random.Next(0x20, 0x3000)));
            if (Domain.TryParse(text, out var domain))
            {
                Assert.Equal(domain, Domain.Parse(domain.Unicode));
                Assert.Equal(domain.Unicode, Domain.Parse(domain.Ascii).Unicode);
            }
        }
    }

    [Fact]
    public void UnicodeSupport_HereInTests_IsAvailable()
    {
        Assert.True(UnicodeSupport.IsAvailable);
        UnicodeSupport.Require();
    }
}
