using Mox.EmailAuth.Spf;

namespace Mox.EmailAuth.Tests.Spf;

public sealed class SpfMacroStringTests
{
    // The examples of the RFC, section 7.4.
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("a%%b%_c%-d.example", "a%b c%20d.example")]
    [InlineData("%{S}.example", "strong-bad%40email.example.com.example")]
    [InlineData("%{d999999999999999999999}", "email.example.com")]
    public void Expand_OfTheRfcsExamples_GivesTheirValues(string text, string expected)
    {
        Assert.True(SpfMacroString.TryParse(text, SpfMacroUse.Domain, out var macros, out string? problem), problem);
        Assert.Equal(expected, macros.Expand(Value));
    }

    [Fact]
    public void ExpandName_OfALongName_LosesLabelsAtTheLeft()
    {
        Assert.True(SpfMacroString.TryParse("%{l}.%{d}", SpfMacroUse.Domain, out var macros, out _));
        string name = macros.ExpandName(letter => letter == 'l' ? string.Join('.', Enumerable.Repeat("abcdefghi", 30)) : "example.com");
        Assert.InRange(name.Length, 240, 253);
        Assert.StartsWith("abcdefghi.", name, StringComparison.Ordinal);
        Assert.EndsWith(".abcdefghi.example.com", name, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ForAnExplanation_TakesSpacesAndMoreMacros()
    {
        Assert.True(SpfMacroString.TryParse("%{c} at %{t} by %{R}: see http://x.example/?s=%{S}", SpfMacroUse.Explanation, out var macros, out _));
        Assert.Equal("192.0.2.3 at 0 by mx%2Fa: see http://x.example/?s=strong-bad%40email.example.com", macros.Expand(Value));
        Assert.False(SpfMacroString.TryParse("%{c}.example", SpfMacroUse.Domain, out _, out _));
    }

    private static string Value(char letter) => letter switch
    {
        's' => "strong-bad@email.example.com",
        'l' => "strong-bad",
        'o' or 'd' => "email.example.com",
        'i' or 'c' => "192.0.2.3",
        'v' => "in-addr",
        't' => "0",
        'r' => "mx/a",
        _ => "?",
    };
}
