using System.Text;

namespace Mox.Mime.Tests;

public class MimeParserTests
{
    [Fact]
    public void Parse_PlainMessage_HasExactOffsets()
    {
        var message = Tree.Parse("""
            From: a@example.com
            Subject: hi

            one
            two

            """);
        var root = message.Root;
        Assert.Equal((0, 36, 46), (root.HeaderStart, root.BodyStart, root.End));
        Assert.Equal((2, 2), (root.Lines, root.RawLines));
        Assert.Equal(("text", "plain", "us-ascii"), (root.MediaType, root.MediaSubtype, root.Charset));
        Assert.Equal("hi", root.Envelope!.Subject);
        Assert.True(message.HasHeaderEnd);
        Assert.False(message.HasBareLf || message.HasBareCr || message.HasNul || message.Has8BitBody || message.IsTruncated);
        Assert.Equal(19, message.LongestLineBytes);
    }

    // The example of RFC 2046 section 5.1.1.
    private const string Rfc2046 = """
        From: Nathaniel Borenstein <nsb@bellcore.com>
        To: Ned Freed <ned@innosoft.com>
        Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
        Subject: Sample message
        MIME-Version: 1.0
        Content-type: multipart/mixed; boundary="simple boundary"

        This is the preamble.  It is to be ignored.

        --simple boundary

        This is implicitly typed plain US-ASCII text.
        It does NOT end with a linebreak.
        --simple boundary
        Content-type: text/plain; charset=us-ascii

        This is explicitly typed plain US-ASCII text.
        It DOES end with a linebreak.

        --simple boundary--

        This is the epilogue.  It is also to be ignored.

        """;

    [Fact]
    public void Parse_Rfc2046Example_HasTwoParts()
    {
        var bytes = Tree.Bytes(Rfc2046);
        var message = MimeParser.Parse(bytes, strict: true);
        Assert.Empty(message.Problems);
        var root = message.Root;
        Assert.Equal(2, root.Children.Count);
        Assert.Equal(3, message.PartCount);
        Assert.Equal(
            "This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.", Tree.Body(bytes, root.Children[0]));
        Assert.Equal((2, 1), (root.Children[0].Lines, root.Children[0].RawLines));
        Assert.Equal(
            "This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n", Tree.Body(bytes, root.Children[1]));
        Assert.Equal((2, 2), (root.Children[1].Lines, root.Children[1].RawLines));
        Assert.Equal(bytes.Length, root.End);
        Assert.EndsWith("ignored.\r\n", Tree.Body(bytes, root), StringComparison.Ordinal);
        Assert.Equal(root.Children[0].HeaderStart + 2, root.Children[0].BodyStart);
    }

    [Fact]
    public void Parse_NestedMessageAndMultiparts_HasAllParts()
    {
        var bytes = Tree.Bytes("""
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner

            plain
            --inner
            Content-Type: text/html

            <p>html
            --inner--
            --outer
            Content-Type: message/rfc822

            Subject: nested
            Content-Type: multipart/mixed; boundary=deep

            --deep
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            AAAA
            --deep--
            --outer--
            """);
        var root = MimeParser.Parse(bytes).Root;
        Assert.True(root.TryFind([1, 1], out var plain));
        Assert.Equal("plain", Tree.Body(bytes, plain));
        Assert.True(root.TryFind([1, 2], out var html));
        Assert.Equal("<p>html", Tree.Body(bytes, html));
        Assert.True(root.TryFind([2], out var attached));
        Assert.Equal("nested", attached.Message!.Envelope!.Subject);
        Assert.Equal(attached.BodyStart, attached.Message.HeaderStart);
        Assert.Equal(attached.End, attached.Message.End);
        Assert.True(root.TryFind([2, 1], out var image));
        Assert.Equal("AAAA", Tree.Body(bytes, image));
        Assert.Equal(TransferEncoding.Base64, image.Encoding);
        Assert.True(root.TryFind([], out var self));
        Assert.Same(root, self);
        Assert.False(root.TryFind([3], out _));
        Assert.False(root.TryFind([0], out _));
        Assert.False(root.TryFind([1, 1, 1], out _));
        Assert.Equal(["mixed", "alternative", "plain", "html", "rfc822", "mixed", "png"], root.Walk().Select(p => p.MediaSubtype));
    }

    [Fact]
    public void TryFind_InMessageWithoutMultipart_HasPartOne()
    {
        var root = Tree.Parse("""
            Content-Type: message/rfc822

            Subject: inner

            text
            """).Root;
        Assert.True(root.TryFind([1], out var one));
        Assert.Same(root, one);
        Assert.True(root.TryFind([1, 1], out var inner));
        Assert.Same(root.Message, inner);
        Assert.False(root.TryFind([2], out _));
        Assert.False(root.TryFind([1, 1, 1], out _));
    }

    [Fact]
    public void Parse_BoundaryThatBeginsWithAnother_IsNotMistaken()
    {
        var bytes = Tree.Bytes("""
            Content-Type: multipart/mixed; boundary=abcd

            --abcd
            Content-Type: multipart/mixed; boundary=abc

            --abc

            inner
            --abcd

            outer
            --abcd--
            """);
        var root = MimeParser.Parse(bytes).Root;
        Assert.Equal(2, root.Children.Count);
        Assert.Equal("inner", Tree.Body(bytes, root.Children[0].Children[0]));
        Assert.Equal("outer", Tree.Body(bytes, root.Children[1]));
    }

    [Theory]
    [InlineData("--b \t")]
    [InlineData("--b")]
    public void Parse_DelimiterWithTrailingSpace_IsOne(string delimiter)
    {
        var root = Tree.Parse($"Content-Type: multipart/mixed; boundary=b\n\n{delimiter}\n\nx\n--b--  \n").Root;
        Assert.Single(root.Children);
        Assert.Equal(1, root.Children[0].SizeBytes);
    }

    [Theory]
    [InlineData("--bX")]
    [InlineData("--b--x")]
    [InlineData(" --b")]
    [InlineData("-- b")]
    [InlineData("--B")]
    [InlineData("-b")]
    public void Parse_LineLikeADelimiter_IsText(string line)
    {
        var root = Tree.Parse($"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n{line}\ny\n--b--\n").Root;
        Assert.Single(root.Children);
        Assert.Equal(3, root.Children[0].Lines);
    }

    [Fact]
    public void Parse_OuterDelimiterBeforeInnerEnds_ClosesInner()
    {
        var bytes = Tree.Bytes("""
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: multipart/mixed; boundary=i

            --i

            one
            --o

            two
            """);
        var root = MimeParser.Parse(bytes, strict: true);
        Assert.Equal("one", Tree.Body(bytes, root.Root.Children[0].Children[0]));
        Assert.Equal("two", Tree.Body(bytes, root.Root.Children[1]));
        Assert.Contains(root.Problems, p => p.Message.Contains("last delimiter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed\n\nreadable\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\n\nreadable\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"\n\nreadable\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"  \"\n\nreadable\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=never\n\nreadable\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\nreadable\n--b--\n")]
    public void Parse_MultipartWithoutParts_IsReadableText(string text)
    {
        var root = Tree.Parse(text).Root;
        Assert.Equal(("text", "plain"), (root.MediaType, root.MediaSubtype));
        Assert.False(root.IsMultipart);
        Assert.True(root.Lines > 0);
    }

    [Fact]
    public void Parse_HeaderlessText_IsBody()
    {
        var root = Tree.Parse("Hello world\nsecond line\n").Root;
        Assert.Equal(0, root.BodyStart);
        Assert.Equal(2, root.Lines);
    }

    [Fact]
    public void Parse_MboxLineAndStrayLine_AreSkipped()
    {
        var message = Tree.Parse("From someone Thu Jan 1 00:00:00 1970\nSubject: s\nstray line\nFrom: a@b\n\nbody");
        Assert.Equal("s", message.Root.Envelope!.Subject);
        Assert.Equal("b", message.Root.Envelope.From[0].Host);
        Assert.Equal(4, message.Root.SizeBytes);
        Assert.Equal((1, 0), (message.Root.Lines, message.Root.RawLines));
    }

    [Fact]
    public void Parse_BareLf_IsTakenAndReported()
    {
        var bytes = Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n\n--b\n\ntwo\n--b--\n");
        var message = MimeParser.Parse(bytes);
        Assert.True(message.HasBareLf);
        Assert.False(message.HasBareCr);
        Assert.Equal("one\n", Tree.Body(bytes, message.Root.Children[0]));
        Assert.Equal((1, 1), (message.Root.Children[0].Lines, message.Root.Children[0].RawLines));
        Assert.Equal("two", Tree.Body(bytes, message.Root.Children[1]));
    }

    [Theory]
    [InlineData("a\rb", true)]
    [InlineData("a\r", true)]
    [InlineData("a\r\r\n", true)]
    [InlineData("a\r\n", false)]
    public void Parse_BareCr_IsReported(string body, bool expected) =>
        Assert.Equal(expected, MimeParser.Parse(Encoding.ASCII.GetBytes("A: b\r\n\r\n" + body)).HasBareCr);

    [Fact]
    public void Parse_EightBit_IsToldOfHeaderAndBodyApart()
    {
        var header = Tree.Parse("Subject: \u00E9\n \u00E9\nX: \u00E9\n\nascii");
        Assert.Equal((3, false), (header.HeaderLines8Bit, header.Has8BitBody));
        var body = Tree.Parse("Subject: e\n\n" + new string('a', 100) + "\u00E9" + new string('a', 100));
        Assert.Equal((0, true), (body.HeaderLines8Bit, body.Has8BitBody));
        Assert.True(Tree.Parse("Subject: e\n\n" + new string('a', 100) + "\0").HasNul);
    }

    [Fact]
    public void Parse_DigestChildren_AreMessages()
    {
        var root = Tree.Parse("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n--b\nContent-Type: text/plain\n\ny\n--b--").Root;
        Assert.Equal("one", root.Children[0].Message!.Envelope!.Subject);
        Assert.Null(root.Children[1].Message);
    }

    [Fact]
    public void Parse_EncodedMessage_IsNotLookedInto()
    {
        var root = Tree.Parse("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA==\n").Root;
        Assert.Null(root.Message);
        Assert.Equal("rfc822", root.MediaSubtype);
    }

    [Fact]
    public void Parse_DelimiterInsideHeader_EndsThePart()
    {
        var root = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n\ntwo\n--b--").Root;
        Assert.Equal(2, root.Children.Count);
        Assert.Equal("html", root.Children[0].MediaSubtype);
        Assert.Equal(0, root.Children[0].SizeBytes);
        Assert.Equal(3, root.Children[1].SizeBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("Subject: x")]
    [InlineData("Subject: x\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b")]
    [InlineData("Content-Type: message/rfc822\n\n")]
    [InlineData(":")]
    [InlineData(" x")]
    public void Parse_Stub_HasAConsistentTree(string text)
    {
        var message = MimeParser.Parse(Encoding.ASCII.GetBytes(text));
        Assert.Equal(text.Length, message.Root.End);
        foreach (var part in message.Root.Walk())
        {
            Assert.True(part.HeaderStart <= part.BodyStart && part.BodyStart <= part.End);
        }
    }

    [Fact]
    public void Parse_ContentFields_AreAllKept()
    {
        var root = Tree.Parse("""
            Content-Type: Text/X-Own (comment); Charset = "utf-8"; name*=utf-8'en'%E2%82%AC.txt
            Content-Transfer-Encoding: Quoted-Printable (c)
            Content-ID: <id@x>
            Content-Description: some
             text
            Content-Disposition: Attachment; filename=my file.pdf; size=3
            Content-Language: de, en-GB
            Content-Location: http://example.com/
            Content-MD5: Q2hlY2s=

            x
            """).Root;
        Assert.Equal(("text", "x-own", "utf-8"), (root.MediaType, root.MediaSubtype, root.Charset));
        Assert.Equal(new MimeParameter("name", "\u20AC.txt", "utf-8'en'%E2%82%AC.txt"), root.Parameters[1]);
        Assert.Equal((TransferEncoding.QuotedPrintable, "quoted-printable"), (root.Encoding, root.EncodingName));
        Assert.Equal(("<id@x>", "some text", "attachment"), (root.Id, root.Description, root.Disposition));
        Assert.Equal("my file.pdf", root.FileName);
        Assert.Equal(["de", "en-GB"], root.Languages);
        Assert.Equal(("http://example.com/", "Q2hlY2s="), (root.Location, root.Md5));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("")]
    [InlineData(";;;")]
    [InlineData("(((")]
    public void Parse_BadContentType_IsPlainText(string type)
    {
        var root = Tree.Parse($"Content-Type: {type}\n\nx").Root;
        Assert.Equal(("text", "plain", "us-ascii"), (root.MediaType, root.MediaSubtype, root.Charset));
    }

    [Fact]
    public void Append_AfterComplete_Throws()
    {
        var parser = new MimeParser();
        parser.Complete();
        Assert.Throws<ObjectDisposedException>(() => parser.Append("x"u8));
        Assert.Throws<ObjectDisposedException>(() => parser.Complete());
    }
}
