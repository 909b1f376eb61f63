using System.Text;

namespace Mox.Mime.Tests;

public class CharsetsTests
{
    [Theory]
    [InlineData("utf-8", "C3A9", "\u00E9")]
    [InlineData("UTF8", "C3A9", "\u00E9")]
    [InlineData(" \"utf-8\" ", "C3A9", "\u00E9")]
    [InlineData("iso-8859-1", "E980", "\u00E9\u20AC")]
    [InlineData("windows-1252", "80", "\u20AC")]
    [InlineData("cp1252", "80", "\u20AC")]
    [InlineData("iso-8859-15", "A4", "\u20AC")]
    [InlineData("iso-8859-2", "B1", "\u0105")]
    [InlineData("windows-1251", "CF", "\u041F")]
    [InlineData("koi8-r", "F0", "\u041F")]
    [InlineData("shift_jis", "93FA", "\u65E5")]
    [InlineData("cp932", "93FA", "\u65E5")]
    [InlineData("Windows-31J", "93FA", "\u65E5")]
    [InlineData("euc-jp", "C6FC", "\u65E5")]
    [InlineData("iso-2022-jp", "1B2442467C1B2842", "\u65E5")]
    [InlineData("gb2312", "C8D5", "\u65E5")]
    [InlineData("gbk", "C8D5", "\u65E5")]
    [InlineData("gb18030", "C8D5", "\u65E5")]
    [InlineData("big5", "A4E9", "\u65E5")]
    [InlineData("euc-kr", "C7D1", "\uD55C")]
    [InlineData("ks_c_5601-1987", "C7D1", "\uD55C")]
    [InlineData("utf-16be", "20AC", "\u20AC")]
    [InlineData("us-ascii", "C3A9", "\u00E9")]
    [InlineData(null, "C3A9", "\u00E9")]
    [InlineData("", "E9", "\u00E9")]
    [InlineData("x-no-such", "C3A9", "\u00C3\u00A9")]
    [InlineData("utf-7", "2B414F6B2D", "+AOk-")]
    [InlineData("unicode-1-1-utf-7", "2B414F6B2D", "+AOk-")]
    [InlineData("csUnicode11UTF7", "2B414F6B2D", "+AOk-")]
    public void Decode_ByName_GivesText(string? charset, string hex, string expected) =>
        Assert.Equal(expected, Charsets.Decode(charset, Convert.FromHexString(hex)));

    [Fact]
    public void Find_UnknownAndUtf7_AreLatin1()
    {
        Assert.Same(Encoding.Latin1, Charsets.Find("utf-7"));
        Assert.Same(Encoding.Latin1, Charsets.Find("nonsense"));
        Assert.Same(Encoding.Latin1, Charsets.Find(new string('x', 100_000)));
        Assert.Null(Charsets.TryFind("utf-7"));
        Assert.Equal(Encoding.UTF8.CodePage, Charsets.Find("UTF-8").CodePage);
    }
}
