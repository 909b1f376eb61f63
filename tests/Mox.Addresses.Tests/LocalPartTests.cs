using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Mox.Addresses.Tests;

public class LocalPartTests
{
    [Theory]
    [InlineData("mjl", "mjl", "mjl")]
    [InlineData("a.b", "a.b", "a.b")]
    [InlineData("a+b/c=d", "a+b/c=d", "a+b/c=d")]
    [InlineData("\"\"", "", "\"\"")]
    [InlineData("\"a b\"", "a b", "\"a b\"")]
    [InlineData("\"a.b\"", "a.b", "a.b")]
    [InlineData("\"a..b\"", "a..b", "\"a..b\"")]
    [InlineData("\".\"", ".", "\".\"")]
    [InlineData("\"a@b\"", "a@b", "\"a@b\"")]
    [InlineData("\"a\\\"b\\\\c\\d\"", "a\"b\\cd", "\"a\\\"b\\\\cd\"")]
    [InlineData("gr\u00FC\u00DFe", "gr\u00FC\u00DFe", "gr\u00FC\u00DFe")]
    [InlineData("e\u0301", "\u00E9", "\u00E9")]
    [InlineData("\u212Aelvin", "Kelvin", "Kelvin")]
    [InlineData("\"\u65E5 \u672C\"", "\u65E5 \u672C", "\"\u65E5 \u672C\"")]
    public void Parse_Good_IsUnquotedNfc(string text, string value, string shown)
    {
        var localPart = LocalPart.Parse(text);
        Assert.Equal(value, localPart.Value);
        Assert.Equal(shown, localPart.ToString());
        Assert.Equal(localPart, LocalPart.Parse(shown));
        Assert.Equal(value.All(c => c < 0x80), localPart.IsAscii);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".a", "dot")]
    [InlineData("a.", "dot")]
    [InlineData("a..b", "dot")]
    [InlineData("a b", "unexpected character at 1")]
    [InlineData("a@b", "unexpected character at 1")]
    [InlineData("(c)a", "needs quotes")]
    [InlineData("\"a", "closing quote")]
    [InlineData("\"a\\", "closing quote")]
    [InlineData("\"a\\\"", "closing quote")]
    [InlineData("\"a\"b", "unexpected character at 3")]
    [InlineData("\"a\\\r\"", "cannot be quoted")]
    [InlineData("\"a\rb\"", "control")]
    [InlineData("\"a\0b\"", "control")]
    [InlineData("a\u0085b", "control")]
    [InlineData("a\u2028b", "control")]
    [InlineData("a\u202Eb", "formatting")]
    [InlineData("a\u2066b", "formatting")]
    [InlineData("a\uFFFEb", "formatting")]
    public void Parse_Bad_SaysWhy(string text, string reason)
    {
        Assert.False(LocalPart.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<FormatException>(() => LocalPart.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LoneSurrogate_IsRefused()
    {
        // Not in the table: an attribute's string cannot hold it.
        Assert.False(LocalPart.TryParse("a" + (char)0xD800 + "b", out _, out var problem));
        Assert.Contains("not valid Unicode", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Length_IsInOctets()
    {
        Assert.True(LocalPart.TryParse(new string('a', 128), out _));
        Assert.False(LocalPart.TryParse(new string('a', 129), out _));
        Assert.True(LocalPart.TryParse(new string('\u00E9', 64), out _));
        Assert.False(LocalPart.TryParse(new string('\u00E9', 65), out _));
        Assert.False(LocalPart.TryParse('"' + new string('a', 10_000_000) + '"', out _));
        Assert.False(LocalPart.TryParse(null, out _));
    }

    [Fact]
    public void TryParsePrefix_InPath_TellsTheLength()
    {
        Assert.True(LocalPart.TryParsePrefix("\"a b\"@c>", out var localPart, out var length, out _));
        Assert.Equal("a b", localPart.Value);
        Assert.Equal(5, length);
    }

    [Fact]
    public void TryFromValue_TakesUnquotedText()
    {
        Assert.True(LocalPart.TryFromValue("a b", out var localPart, out _));
        Assert.Equal("\"a b\"", localPart.ToString());
        Assert.True(LocalPart.TryFromValue("", out var empty, out _));
        Assert.Equal(default, empty);
        Assert.False(LocalPart.TryFromValue("a\r\nRCPT", out _, out _));
        Assert.False(LocalPart.TryFromValue(null, out _, out _));
    }

    [Fact]
    public void Quote_EveryPrintable_RoundTrips() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll((string? text) => !LocalPart.TryFromValue(text, out var made, out _) || LocalPart.Parse(made.ToString()) == made));

    [Fact]
    public void Parse_RandomText_RoundTripsOrIsRefused()
    {
        var random = new Random(2);
        const string Alphabet = "ab.\"\\ @\u00E9\u0301\u212A\uD83D\uDE00()<>,\r\n\0";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (LocalPart.TryParse(text, out var localPart))
            {
                Assert.Equal(localPart, LocalPart.Parse(localPart.ToString()));
                Assert.True(localPart.Value.IsNormalized(NormalizationForm.FormC));
            }
        }
    }
}
