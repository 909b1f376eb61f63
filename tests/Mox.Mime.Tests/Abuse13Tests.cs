using System.Text;

namespace Mox.Mime.Tests;

/// <summary>Abuse case 13: nesting, part counts and boundaries that are meant to break a parser.</summary>
public class Abuse13Tests
{
    private static byte[] Nested(int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Parts(int count)
    {
        var text = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (var i = 0; i < count; i++)
        {
            text.Append("--b\r\n\r\nx\r\n");
        }
        return Encoding.ASCII.GetBytes(text.Append("--b--\r\n").ToString());
    }

    [Fact]
    public void Abuse13_DeepMultiparts_AreCutAtTheDepth()
    {
        var message = MimeParser.Parse(Nested(100_000));
        Assert.True(message.IsTruncated);
        Assert.Equal(101, message.PartCount);
        var deepest = message.Root.Walk().Last();
        Assert.True(deepest.IsOpaque);
        Assert.Equal(message.SizeBytes, deepest.End);
        Assert.Equal(("application", "octet-stream"), (deepest.MediaType, deepest.MediaSubtype));
        Assert.NotEmpty(ImapRendering.BodyStructure(message.Root, true, ImapForm.Rev1));
        Assert.Equal(101, MimeTreeCodec.Decode(MimeTreeCodec.Encode(message)).Root.Walk().Count());
    }

    [Fact]
    public void Abuse13_MessageInMessageInMessage_IsCutAtTheDepth()
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", 100_000)));
        var message = MimeParser.Parse(bytes);
        Assert.True(message.IsTruncated);
        Assert.Equal(101, message.PartCount);
        Assert.True(message.Root.Walk().Last().IsOpaque);
        ImapSyntax.AssertOneList(ImapRendering.BodyStructure(message.Root, true, ImapForm.Utf8), ImapForm.Utf8);
    }

    [Fact]
    public void Abuse13_MillionParts_EndInOneOpaquePart()
    {
        var bytes = Parts(1_000_000);
        var message = MimeParser.Parse(bytes);
        Assert.True(message.IsTruncated);
        Assert.Equal((10_000, 9_999), (message.PartCount, message.Root.Children.Count));
        var rest = message.Root.Children[^1];
        Assert.True(rest.IsOpaque);
        Assert.Equal((bytes.Length, rest.HeaderStart), (rest.End, rest.BodyStart));
        Assert.Equal(1, message.Root.Children[^2].SizeBytes);
        Assert.True(MimeTreeCodec.Encode(message).Length < 1_000_000);
    }

    [Fact]
    public void Abuse13_MillionMessagesInParts_EndInOneOpaquePart()
    {
        var text = "Content-Type: multipart/digest; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nSubject: x\r\n\r\n", 100_000));
        var message = MimeParser.Parse(Encoding.ASCII.GetBytes(text));
        Assert.True(message.IsTruncated);
        Assert.InRange(message.PartCount, 9_999, 10_000);
        Assert.Equal(message.PartCount, message.Root.Walk().Count());
    }

    [Fact]
    public void Abuse13_PartsAndDelimiters_TakeLinearTime()
    {
        Work.AssertLinear(20_000, n => MimeParser.Parse(Parts(n), new MimeLimits { MaxParts = int.MaxValue }));
        Work.AssertLinear(20_000, n => MimeParser.Parse(Nested(n)));
        // As many lines that look like delimiters, below 100 open multiparts.
        var open = Nested(100);
        Work.AssertLinear(5_000, n => MimeParser.Parse([.. open, .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("--b\r\n", n)))]));
    }

    [Fact]
    public void Abuse13_LineThatNeverEnds_KeepsNoMemory()
    {
        var parser = new MimeParser();
        parser.Append("Content-Type: multipart/mixed; boundary=b\r\n\r\n--"u8);
        var chunk = Encoding.ASCII.GetBytes(new string('b', 65_536));
        Assert.InRange(Work.Allocated(() => Work.Feed(parser, chunk, 100_000_000)), 0, 10_000);
        Assert.Equal(1, parser.Complete().PartCount);
    }

    [Fact]
    public void Abuse13_HundredMegabyteBody_KeepsNoMemory()
    {
        var line = string.Concat(Enumerable.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==\r\n", 800));
        var chunk = Encoding.ASCII.GetBytes(line);
        var parser = new MimeParser();
        parser.Append("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8);
        Assert.InRange(Work.Allocated(() => Work.Feed(parser, chunk, 100_000_000)), 0, 10_000);
        parser.Append("--b--\r\n"u8);
        var message = parser.Complete();
        Assert.Equal(message.Root.Children[0].RawLines, message.Root.Children[0].Lines - 1);
        Assert.True(message.SizeBytes > 100_000_000);
    }

    [Theory]
    [InlineData("boundary=\"\"")]
    [InlineData("boundary=\" \"")]
    [InlineData("boundary*=utf-8''")]
    [InlineData("boundary=\"\r\n \"")]
    public void Abuse13_EmptyBoundary_MatchesNothing(string parameter)
    {
        var root = Tree.Parse($"Content-Type: multipart/mixed; {parameter}\n\n--\n\na\n----\n").Root;
        Assert.False(root.IsMultipart);
        Assert.Equal("text", root.MediaType);
    }

    [Fact]
    public void Abuse13_BoundaryTooLong_MatchesNothing()
    {
        var boundary = new string('b', 5_000);
        Assert.False(Tree.Parse($"Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n\na\n").Root.IsMultipart);
    }

    [Fact]
    public void Abuse13_SameBoundaryInside_ClosesTheInnerFirst()
    {
        var root = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nin\n--b--\n--b\n\nout\n--b--\n").Root;
        Assert.Equal(["mixed", "mixed", "plain", "plain"], root.Walk().Select(p => p.MediaSubtype));
    }

    [Fact]
    public void Abuse13_PartsAfterTheLastDelimiter_AreEpilogue()
    {
        var root = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b--\n--b\n\nnot a part\n--b--\n").Root;
        Assert.Single(root.Children);
    }
}
