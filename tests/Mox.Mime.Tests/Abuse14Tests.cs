using System.Text;

namespace Mox.Mime.Tests;

/// <summary>Abuse case 14: floods of header bytes, fields and addresses.</summary>
public class Abuse14Tests
{
    [Theory]
    [InlineData("X-Long: ")]
    [InlineData("Subject: ")]
    [InlineData("To: ")]
    [InlineData("Content-Type: text/plain; name=")]
    public void Abuse14_HundredMegabyteLine_IsCutAtTheBlockLimit(string field)
    {
        var parser = new MimeParser();
        parser.Append("From: a@b\r\n"u8);
        parser.Append(Encoding.ASCII.GetBytes(field));
        var chunk = Encoding.ASCII.GetBytes(new string('x', 65_536));
        Assert.InRange(Work.Allocated(() => Work.Feed(parser, chunk, 100_000_000)), 0, 8_000_000);
        var message = parser.Complete();
        Assert.True(message.IsTruncated);
        Assert.True(message.Root.IsOpaque);
        Assert.Equal((10_000_000, message.SizeBytes), (message.Root.BodyStart, message.Root.End));
        Assert.Equal("a", message.Root.Envelope!.From[0].Mailbox);
        Assert.Null(message.Root.Envelope.SubjectText);
    }

    [Fact]
    public void Abuse14_EndlessHeaderOfPart_LeavesTheNextPartReadable()
    {
        var text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: " + new string('x', 5_000) + "\r\n\r\nbody\r\n--b\r\n\r\nnext\r\n--b--\r\n";
        var root = MimeParser.Parse(Encoding.ASCII.GetBytes(text), new MimeLimits { MaxHeaderBlockBytes = 1_000 }).Root;
        Assert.Equal([true, false], root.Children.Select(p => p.IsOpaque));
        Assert.Equal(1_000, root.Children[0].BodyStart - root.Children[0].HeaderStart);
        Assert.Equal(4, root.Children[1].SizeBytes);
    }

    [Fact]
    public void Abuse14_MillionToFields_AreBounded()
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("To: a@b\r\n", 1_000_000)));
        MessageEnvelope? envelope = null;
        var allocated = Work.Allocated(() => envelope = MimeParser.Parse(bytes).Root.Envelope);
        Assert.Equal(10_000, envelope!.To.Count);
        Assert.InRange(allocated, 0, 100_000_000);
        Assert.InRange(ImapRendering.Envelope(envelope, ImapForm.Rev1).Length, 1, 300_000);
        Assert.Equal(1_000_000, new HeaderBlock(bytes).Count("to"));
        Assert.InRange(Work.Allocated(() => new HeaderBlock(bytes).Count("to")), 0, 1_000);
        Work.AssertLinear(20_000, n => MimeParser.Parse(bytes.AsSpan(0, n * 9)));
        Work.AssertLinear(20_000, n => new HeaderBlock(bytes.AsMemory(0, n * 9)).Count("To"));
    }

    [Fact]
    public void Abuse14_MillionAddresses_AreBounded()
    {
        var text = string.Concat(Enumerable.Repeat("a b <c@d>,", 1_000_000));
        Assert.Equal(10_000, AddressListParser.Parse(text).Count);
        Assert.Equal(1_000_000, AddressListParser.Parse(text, int.MaxValue).Count);
        var message = Tree.Parse($"To: {text[..5_000_000]}\n\nx");
        Assert.Equal(10_000, message.Root.Envelope!.To.Count);
        Assert.True(message.IsTruncated);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("((a) ")]
    [InlineData("<")]
    [InlineData("\"")]
    [InlineData("\"\\")]
    [InlineData("=?")]
    [InlineData("=?a?q?")]
    [InlineData("a@")]
    [InlineData("a@[")]
    [InlineData("<@a,")]
    [InlineData(":")]
    [InlineData("g:")]
    [InlineData("g:;")]
    [InlineData("a . ")]
    [InlineData("@a . (")]
    [InlineData(",")]
    [InlineData("\\")]
    [InlineData("a b ")]
    public void Abuse14_NestedAndUnfinishedSyntax_TakesLinearTime(string piece)
    {
        Work.AssertLinear(100_000 / piece.Length, n => AddressListParser.Parse(string.Concat(Enumerable.Repeat(piece, n)), int.MaxValue));
        Work.AssertLinear(100_000 / piece.Length, n => Tree.Parse("Content-Type: a/b; x=" + string.Concat(Enumerable.Repeat(piece, n)) + "\n\n"));
        Work.AssertLinear(100_000 / piece.Length, n => MessageIds.Ancestors(string.Concat(Enumerable.Repeat(piece, n)), ""));
    }

    [Fact]
    public void Abuse14_MillionEmptyFields_AreSkipped() =>
        Work.AssertLinear(50_000, n => MimeParser.Parse(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a:\n", n)))));

    [Fact]
    public void Abuse14_ManyFoldedLines_TakeLinearTime() =>
        Work.AssertLinear(50_000, n => MimeParser.Parse(Encoding.ASCII.GetBytes("Subject: x\r\n" + string.Concat(Enumerable.Repeat(" y\r\n", n)))));

    [Fact]
    public void Abuse14_ManyPartsWithLongFields_KeepBoundedMemory()
    {
        var part = "--b\r\nContent-Description: " + new string('d', 10_000) + "\r\nContent-Type: text/plain; name=" + new string('n', 10_000) + "\r\n\r\nx\r\n";
        var message = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat(part, 2_000)));
        Assert.True(message.IsTruncated);
        Assert.Equal(2_001, message.PartCount);
        Assert.InRange(message.Root.Walk().Sum(p => (p.Description?.Length ?? 0) + (p.Parameter("name")?.Length ?? 0)), 1, 4_000_000);
    }

    [Fact]
    public void Abuse14_ShortAddressesAndParametersInManyMessages_KeepBoundedMemory()
    {
        var part = "--b\nContent-Type: message/rfc822\n\nTo: " + string.Concat(Enumerable.Repeat("a,", 5_000)) + "\n\nx\n"
            + "--b\nContent-Type: a/b" + string.Concat(Enumerable.Range(0, 900).Select(i => $";p{i}=")) + "\n\nx\n";
        var message = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat(part, 200)));
        Assert.True(message.IsTruncated);
        // Past the bound not even Content-Type is read, so later messages are not looked into.
        Assert.InRange(message.PartCount, 402, 600);
        Assert.InRange(message.Root.Walk().Sum(p => p.Parameters.Count + (p.Envelope?.To.Count ?? 0)), 1, 4_000_000 / 64 + 10_000);
        Assert.InRange(ImapRendering.BodyStructure(message.Root, true, ImapForm.Rev1).Length, 1, 2_000_000);
    }
}
