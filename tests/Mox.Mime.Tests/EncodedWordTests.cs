using FsCheck;
using FsCheck.Fluent;

namespace Mox.Mime.Tests;

public class EncodedWordTests
{
    // The examples of RFC 2047 section 8, and what is seen.
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?ISO-8859-1?Q?a?=", "a")]
    [InlineData("=?ISO-8859-1?Q?a?= b", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a?= \r\n =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a_b?=", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b")]
    [InlineData("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore")]
    [InlineData("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=", "If you can read this you understand the example.")]
    [InlineData("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "\u00E9")]
    [InlineData("=?UTF-8?b?w6k?=", "\u00E9")]
    [InlineData("=?utf-8?q?=e2=82=ac?=", "\u20AC")]
    [InlineData("=?koi8-r?B?8NLJ18XU?=", "\u041F\u0440\u0438\u0432\u0435\u0442")]
    [InlineData("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\u65E5\u672C")]
    [InlineData("=?x-unknown?q?=E9?=", "\u00E9")]
    [InlineData("=?utf-7?q?+AOk-?=", "+AOk-")]
    [InlineData("(=?ISO-8859-1?Q?a?=)", "(a)")]
    [InlineData("=?utf-8?q?a=0D=0ABcc:_x=00?=", "a  Bcc: x ")]
    [InlineData("=?utf-8?q?=ZZ=?=", "=ZZ=")]
    [InlineData("=?utf-8?q?has space?=", "has space")]
    [InlineData("=?utf-8?q?unfinished", "=?utf-8?q?unfinished")]
    [InlineData("=?utf-8?x?a?=", "=?utf-8?x?a?=")]
    [InlineData("=??q?a?=", "=??q?a?=")]
    [InlineData("=?utf-8?q??=", "")]
    [InlineData("=?=?utf-8?q?a?=", "=?a")]
    [InlineData("=?utf-8?q?=3F=3D?=", "?=")]
    public void Decode_Words_GivesText(string text, string expected) => Assert.Equal(expected, EncodedWord.Decode(text));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("gr\u00FC\u00DFe", "=?utf-8?q?gr=C3=BC=C3=9Fe?=")]
    [InlineData("\u65E5\u672C", "=?utf-8?b?5pel5pys?=")]
    [InlineData("=?utf-8?q?a?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=")]
    public void Encode_Text_IsReadableWhereItCanBe(string text, string expected) => Assert.Equal(expected, EncodedWord.Encode(text));

    [Fact]
    public void Encode_AnyText_DecodesToItself() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll((string? text) =>
        {
            var clean = string.Concat((text ?? "").EnumerateRunes().Where(r => !System.Text.Rune.IsControl(r) && r.Value != 0xFFFD));
            var encoded = EncodedWord.Encode(clean);
            return encoded.All(c => c is >= ' ' and <= '~') && encoded.Split(' ').All(w => !w.StartsWith("=?", StringComparison.Ordinal) || w.Length <= 75)
                && EncodedWord.Decode(encoded) == clean;
        }));

    [Fact]
    public void Encode_LongText_HasWordsThatFitALine()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F600gr\u00FC\u00DFe ", 200)).Trim();
        var encoded = EncodedWord.Encode(text);
        Assert.All(encoded.Split(' '), word => Assert.True(word.Length <= 75));
        Assert.Equal(text, EncodedWord.Decode(encoded));
    }

    [Fact]
    public void Decode_RandomText_NeverThrows()
    {
        var random = new Random(2047);
        string[] pieces = ["=?", "?=", "?", "utf-8", "q", "B", "=C3", "w6k=", " ", "\r\n ", "x", "\u00E9", "=", "iso-2022-jp", "gb18030", "=1B$B"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.DoesNotContain(EncodedWord.Decode(text), c => char.IsControl(c));
        }
    }
}
