using System.Net;
using Mox.Addresses;
using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("example.org", "example.org.")]
    [InlineData("Example.ORG.", "example.org.")]
    [InlineData(".", ".")]
    [InlineData("_dmarc.x-1.example", "_dmarc.x-1.example.")]
    [InlineData(@"a\.b.example", @"a\.b.example.")]
    [InlineData(@"a\\.example", @"a\\.example.")]
    [InlineData(@"\065\000\255.example", @"a\000\255.example.")]
    [InlineData("1/25.2.0.192.in-addr.arpa", "1/25.2.0.192.in-addr.arpa.")]
    public void Parse_OfAName_IsLowerCaseAndAbsolute(string text, string canonical)
    {
        var name = DnsName.Parse(text);
        Assert.Equal(canonical, name.ToString());
        Assert.Equal(name, DnsName.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("bücher.example")]
    [InlineData(@"a\")]
    [InlineData(@"a\25")]
    [InlineData(@"a\256.b")]
    [InlineData(null)]
    public void TryParse_OfNoName_IsFalse(string? text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void TryParse_AtTheLimits_TakesTheLongestAndNoMore()
    {
        string label = new('a', 63);
        Assert.True(DnsName.TryParse(label, out _));
        Assert.False(DnsName.TryParse(label + "a", out _));
        // 4 * 64 + 1 is over 255; 3 * 64 + 62 + 1 is not.
        string longest = $"{label}.{label}.{label}.{new string('b', 61)}";
        Assert.True(DnsName.TryParse(longest, out var name));
        Assert.True(DnsName.TryParse(longest + ".", out _));
        Assert.False(DnsName.TryParse(longest + "b", out _));
        Assert.False(DnsName.TryParse($"{label}.{label}.{label}.{label}", out _));
        Assert.False(DnsName.TryParse(new string('a', 100_000), out _));
        Assert.False(DnsName.TryParse(string.Concat(Enumerable.Repeat("a.", 128)), out _));

        Span<byte> wire = stackalloc byte[WireName.MaxLength];
        Assert.Equal(255, WireName.Write(name, wire));
        int offset = 0;
        Assert.True(WireName.TryRead(wire, ref offset, out var back));
        Assert.Equal((name, 255), (back, offset));
    }

    [Fact]
    public void Of_Address_IsItsReverseName()
    {
        Assert.Equal("1.2.0.192.in-addr.arpa.", DnsName.Of(IPAddress.Parse("192.0.2.1")).ToString());
        Assert.Equal("1.2.0.192.in-addr.arpa.", DnsName.Of(IPAddress.Parse("::ffff:192.0.2.1")).ToString());
        // The example of (RFC 3596 section 2.5).
        Assert.Equal(
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa.",
            DnsName.Of(IPAddress.Parse("4321:0:1:2:3:4:567:89ab")).ToString());
    }

    [Fact]
    public void Of_InternationalDomain_UsesALabels_AndComesBack()
    {
        var domain = Domain.Parse("bücher.example");
        var name = DnsName.Of(domain);
        Assert.Equal("xn--bcher-kva.example.", name.ToString());
        Assert.True(name.TryGetDomain(out var back));
        Assert.Equal(domain, back);
        Assert.False(DnsName.Root.TryGetDomain(out _));
        Assert.False(DnsName.Parse(@"a\.b.example").TryGetDomain(out _));
    }

    [Theory]
    [InlineData("a.example", "example", true)]
    [InlineData("example", "example", true)]
    [InlineData("example", ".", true)]
    [InlineData("badexample", "example", false)]
    [InlineData("example", "a.example", false)]
    [InlineData(@"a\.example", "example", false)]
    [InlineData(@"a\\.example", "example", true)]
    [InlineData(@"a\\\.example", "example", false)]
    public void IsOrIsUnder_ByWholeLabels(string name, string parent, bool expected) =>
        Assert.Equal(expected, DnsName.Parse(name).IsOrIsUnder(DnsName.Parse(parent)));

    [Fact]
    public void Default_IsNoName()
    {
        Assert.True(default(DnsName).IsEmpty);
        Assert.False(default(DnsName).IsOrIsUnder(DnsName.Root));
        Assert.Equal("", default(DnsName).ToString());
    }
}
