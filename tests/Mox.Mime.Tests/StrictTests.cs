namespace Mox.Mime.Tests;

public class StrictTests
{
    private const string Good = "From: a@b\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n";

    [Theory]
    [InlineData("From: a@b\n\n", 0, "the field Date is missing")]
    [InlineData("Date: Fri, 21 Nov 1997 09:55:06 -0600\n\n", 0, "the field From is missing")]
    [InlineData("From: a@b\nDate: tomorrow\n\n", 0, "the field Date is malformed")]
    [InlineData("From: nobody\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\n", 0, "the field From has no address")]
    [InlineData(Good + "Subject: 1\nSubject: 2\n\n", 62, "the field Subject is there twice")]
    [InlineData(Good + "stray\n\n", 50, "a header line is no field")]
    [InlineData(Good + "X : y\n\n", 50, "white space stands before the colon of a field")]
    [InlineData(Good + "X: \u00E9\n\n", 50, "a header line is neither ASCII nor UTF-8")]
    [InlineData("text\n", 0, "the header is missing")]
    [InlineData("From x\n" + Good + "\n", 0, "the line of an mbox file stands before the header")]
    [InlineData(Good + "Content-Type: text\n\n", 50, "Content-Type has no type and subtype")]
    [InlineData(Good + "Content-Type: text/plain; a b\n\n", 50, "Content-Type is malformed")]
    [InlineData(Good + "Content-Disposition: x; f=a b\n\n", 50, "Content-Disposition is malformed")]
    [InlineData(Good + "Content-Transfer-Encoding: x\n\n", 50, "Content-Transfer-Encoding is unknown")]
    [InlineData(Good + "Content-Transfer-Encoding:\n\n", 50, "Content-Transfer-Encoding has no word")]
    [InlineData(Good + "Content-Type: multipart/mixed\n\n", 0, "the boundary of a multipart is missing")]
    [InlineData(Good + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\n--b--", 0, "a multipart is encoded, which RFC 2045 section 6.4 forbids")]
    [InlineData(Good + "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n", 0, "a message/rfc822 is encoded, which RFC 2046 section 5.2.1 forbids")]
    [InlineData(Good + "Content-Type: multipart/mixed; boundary=b\n\nx", 95, "a multipart has no parts")]
    [InlineData(Good + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx", 103, "the last delimiter of a multipart is missing")]
    [InlineData(Good + "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n--b--", 106, "the empty line after the header is missing")]
    [InlineData(Good + "\na\0b", 0, "there is a NUL byte")]
    public void Strict_Problem_IsToldWithItsPlace(string text, long offset, string message) =>
        Assert.Contains(new MimeProblem(offset, message), Tree.Parse(text, strict: true).Problems);

    [Fact]
    public void Strict_LineEndsAndLengths_AreTold()
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(Good.ReplaceLineEndings("\r\n") + "\nx");
        Assert.Contains(new MimeProblem(0, "some lines end in LF without CR"), MimeParser.Parse(bytes, strict: true).Problems);
        Assert.Contains(new MimeProblem(0, "there is a CR without LF"), MimeParser.Parse("A: b\r\n\r\na\rb"u8, strict: true).Problems);
        Assert.Contains(new MimeProblem(0, "a line is longer than 998 bytes"), Tree.Parse(Good + "\n" + new string('x', 999), strict: true).Problems);
        Assert.Empty(Tree.Parse(Good + "\n" + new string('x', 998), strict: true).Problems);
        var boundary = new string('b', 71);
        Assert.Contains(
            new MimeProblem(0, "a boundary is longer than 70 characters"),
            Tree.Parse($"{Good}Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}--", strict: true).Problems);
    }

    [Fact]
    public void Strict_Problems_AreBounded()
    {
        var text = Good + string.Concat(Enumerable.Repeat("stray\n", 5_000));
        Assert.Equal(100, Tree.Parse(text, strict: true).Problems.Count);
        Assert.Empty(Tree.Parse(text).Problems);
    }
}
