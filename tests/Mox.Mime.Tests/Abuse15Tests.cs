using System.Text;

namespace Mox.Mime.Tests;

/// <summary>Abuse case 15: continuations, encoded words and charsets that are meant to burn CPU.</summary>
public class Abuse15Tests
{
    [Fact]
    public void Abuse15_HundredThousandContinuations_AreCapped()
    {
        string Field(int n, Func<int, int> index) =>
            "Content-Type: a/b" + string.Concat(Enumerable.Range(0, n).Select(i => $"; n*{index(i)}*=%41")) + "\n\n";
        var root = Tree.Parse(Field(100_000, i => i)).Root;
        Assert.Single(root.Parameters);
        Assert.InRange(root.Parameters[0].Value.Length, 1, 1_000);
        Assert.All(root.Parameters[0].Value, c => Assert.Equal('A', c));
        // In reverse, and all the same index.
        Assert.InRange(Tree.Parse(Field(100_000, i => 99_999 - i)).Root.Parameters.Count, 0, 1);
        Assert.Equal("A", Tree.Parse(Field(100_000, _ => 0)).Root.Parameter("n"));
        Work.AssertLinear(10_000, n => Tree.Parse(Field(n, i => i)));
        Work.AssertLinear(10_000, n => Tree.Parse(Field(n, _ => 0)));
    }

    [Fact]
    public void Abuse15_ManyNames_AreCapped()
    {
        var text = "Content-Type: a/b" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"; n{i}*0=x"));
        Assert.InRange(Tree.Parse(text + "\n\n").Root.Parameters.Count, 1, 1_000);
    }

    [Fact]
    public void Abuse15_HundredThousandEncodedWords_DecodeInLinearTime()
    {
        string[] words = ["=?utf-8?q?=C3=A9?= ", "=?utf-8?b?w6k=?=", "=?x-unknown?q?a?= x ", "=?gb18030?q?=81?= ", "=?", "=?a?q?", "=?a?q?=?a?q?"];
        foreach (var word in words)
        {
            Work.AssertLinear(10_000, n => EncodedWord.Decode(string.Concat(Enumerable.Repeat(word, n))));
        }
        Assert.Equal(new string('\u00E9', 100_000), EncodedWord.Decode(string.Concat(Enumerable.Repeat("=?utf-8?q?=C3=A9?= ", 100_000)).Trim()));
    }

    [Fact]
    public void Abuse15_ManyDifferentBadCharsets_CostNoExceptions()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"=?x-{i}?q?=E9?= "));
        var thrown = 0;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) =>
            thrown += e.Exception is ArgumentException or NotSupportedException && e.Exception.StackTrace?.Contains(nameof(Charsets), StringComparison.Ordinal) == true ? 1 : 0;
        Charsets.Find("warm up");
        AppDomain.CurrentDomain.FirstChanceException += Count;
        var decoded = EncodedWord.Decode(text);
        AppDomain.CurrentDomain.FirstChanceException -= Count;
        Assert.Equal(0, thrown);
        Assert.Equal(100_001, decoded.Length);
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("UTF-7")]
    [InlineData("unicode-1-1-utf-7")]
    [InlineData("csUnicode11UTF7")]
    [InlineData("x-unicode-2-0-utf-7")]
    [InlineData("utf-7-imap")]
    public void Abuse15_Utf7_IsNeverDecoded(string charset)
    {
        Assert.Equal("+ADw-script+AD4-", EncodedWord.Decode($"=?{charset}?q?+ADw-script+AD4-?="));
        var bytes = Tree.Bytes($"Content-Type: text/html; charset={charset}\n\n+ADw-script+AD4-");
        using var reader = DecodedContent.OpenText(MimeParser.Parse(bytes).Root, DecodedContent.FromMemory(bytes));
        Assert.Equal("+ADw-script+AD4-", reader.ReadToEnd());
    }

    [Theory]
    [InlineData(TransferEncoding.QuotedPrintable, "=")]
    [InlineData(TransferEncoding.QuotedPrintable, " ")]
    [InlineData(TransferEncoding.QuotedPrintable, "= ")]
    [InlineData(TransferEncoding.QuotedPrintable, "=\r")]
    [InlineData(TransferEncoding.QuotedPrintable, "=4")]
    [InlineData(TransferEncoding.Base64, "=")]
    [InlineData(TransferEncoding.Base64, "A=")]
    [InlineData(TransferEncoding.Base64, "!")]
    [InlineData(TransferEncoding.Base64, "AAA!")]
    public void Abuse15_BadBodies_DecodeInLinearTime(TransferEncoding encoding, string piece) => Work.AssertLinear(100_000, n =>
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, n)));
        using var stream = DecodedContent.Open(new MimePart { Encoding = encoding, End = bytes.Length }, DecodedContent.FromMemory(bytes));
        stream.CopyTo(Stream.Null);
    });

    [Theory]
    [InlineData("<")]
    [InlineData("<!--")]
    [InlineData("<script>")]
    [InlineData("<b ")]
    [InlineData("&")]
    [InlineData("> ")]
    [InlineData("a:\n")]
    public void Abuse15_Previews_AreBounded(string piece) => Work.AssertLinear(20_000, n =>
    {
        var bytes = Encoding.ASCII.GetBytes("Content-Type: text/html\r\n\r\n" + string.Concat(Enumerable.Repeat(piece, n)));
        Assert.InRange(Preview.From(MimeParser.Parse(bytes).Root, DecodedContent.FromMemory(bytes)).Length, 0, 256);
    });

    [Theory]
    [InlineData("re:")]
    [InlineData("[a]")]
    [InlineData("[")]
    [InlineData("(fwd)")]
    [InlineData("[fwd:")]
    [InlineData(" ")]
    public void Abuse15_Subjects_AreBounded(string piece) =>
        Work.AssertLinear(20_000, n => BaseSubject.Of(string.Concat(Enumerable.Repeat(piece, n))));
}
