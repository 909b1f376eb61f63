namespace Mox.Mime.Tests;

public class PreviewTests
{
    private static string Of(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        return Preview.From(MimeParser.Parse(bytes).Root, DecodedContent.FromMemory(bytes));
    }

    private static string Html(string html) => Of($"Content-Type: text/html; charset=utf-8\n\n{html}");

    [Theory]
    [InlineData("Hello,\n\nhow  are\tyou?\n", "Hello, how are you?")]
    [InlineData("> quoted\n> more\nmy answer\n", "my answer")]
    [InlineData("On Friday Joe wrote:\n> quoted\n\nmy answer\n", "my answer")]
    [InlineData("Ingredients:\n\nflour\n", "Ingredients: flour")]
    [InlineData("my text\n-- \nsignature\n", "my text")]
    [InlineData("my text\n-----Original Message-----\nFrom: x\n", "my text")]
    [InlineData("> only\n> quotes\n", "")]
    [InlineData("", "")]
    public void Text_QuotesAndSignature_AreSkipped(string body, string expected) => Assert.Equal(expected, Of("\n" + body));

    [Theory]
    [InlineData("<p>Hello&nbsp;<b>you</b> &amp; me</p><p>next</p>", "Hello you & me next")]
    [InlineData("<head><title>t</title></head><style>p { x }</style><script>alert(1)</script>text", "text")]
    [InlineData("a<!-- hidden -- > x -->b", "ab")]
    [InlineData("<blockquote>quoted</blockquote>mine", "mine")]
    [InlineData("1 < 2<br>x", "1 < 2 x")]
    [InlineData("<div>unfinished <b", "unfinished")]
    [InlineData("<script>never closed", "")]
    [InlineData("a\u200B\u200D\u00ADb&zwnj;c\u034F", "abc")]
    public void Html_MarkupAndInvisible_AreSkipped(string html, string expected) => Assert.Equal(expected, Html(html));

    [Fact]
    public void LongText_IsCutAt256()
    {
        Assert.Equal(256, Of("\n" + new string('x', 100_000)).Length);
        Assert.False(char.IsHighSurrogate(Of("\n" + string.Concat(Enumerable.Repeat("x\U0001F600\U0001F600", 200)))[^1]));
    }

    [Fact]
    public void Multipart_FirstPartWithWords_IsTaken()
    {
        Assert.Equal("html", Of("Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>html\n--b--"));
        Assert.Equal("second", Of("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment\n\nfile\n--b\n\nsecond\n--b--"));
        Assert.Equal("", Of("Content-Type: image/png\n\nx"));
        Assert.Equal("gr\u00FC\u00DFe", Of("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ngr=C3=BC=C3=9Fe"));
    }

    [Theory]
    [InlineData("8bit")]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void CharacterAcrossReads_IsWhole(string encoding)
    {
        // The words come after 16 KB of quotes, so that two-byte characters lie across the ends of several reads.
        string text = string.Concat(Enumerable.Repeat("> \u00E4\u00F6\u00FC\u00DF\u00E9 x\r\n", 1000)) + "gr\u00FC\u00DFe\r\n";
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        string body = encoding switch
        {
            "base64" => Convert.ToBase64String(utf8, Base64FormattingOptions.InsertLineBreaks),
            "quoted-printable" => string.Concat(utf8.Select(b => b is < 0x80 ? ((char)b).ToString() : $"={b:X2}")),
            _ => text,
        };
        Assert.Equal("gr\u00FC\u00DFe", Of($"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}"));
    }

    [Fact]
    public void TextWithoutWords_IsReadToItsBoundOnly()
    {
        Assert.Equal("", Of("Content-Type: text/plain; charset=utf-8\n\n" + string.Concat(Enumerable.Repeat("> \u00E4\n", 30_000)) + "late"));
        Assert.Equal("early", Of("Content-Type: text/plain; charset=iso-2022-jp\n\nearly" + new string('\n', 200_000) + "late"));
    }

    [Fact]
    public void SmallText_AllocatesLittle()
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(
            "Content-Type: text/plain; charset=utf-8\r\n\r\n" + string.Concat(Enumerable.Repeat("These are the figures of the week.\r\n", 100)));
        var root = MimeParser.Parse(bytes).Root;
        var source = DecodedContent.FromMemory(bytes);
        Preview.From(root, source);
        Assert.InRange(Work.Allocated(() => Preview.From(root, source)), 0, 4_000);
    }
}
