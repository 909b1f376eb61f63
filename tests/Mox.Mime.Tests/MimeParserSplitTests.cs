using FsCheck;
using FsCheck.Fluent;

namespace Mox.Mime.Tests;

/// <summary>The outcome does not depend on how the bytes are cut, and no bytes break the parser.</summary>
public class MimeParserSplitTests
{
    public static TheoryData<string> Messages => new()
    {
        "Subject: a\n b\nContent-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: n\n\nx\n--b--\nepilogue",
        "Content-Type: multipart/mixed;\n boundary=\"ab\"\n\n--ab\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n-\n--\n---\n--a-\n--a--\n--ab--\n",
        "no header here\n\nbody\n",
        "From x\nSubject: \u00E9\n\u00E9\n\n--b\n\u00E9\0",
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b\ntext without header\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nno empty line\n--b\nX: y\n--b--",
        "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nContent-Type: text/html\n\n-\n--\n",
    };

    private static readonly MimeLimits Small = new() { MaxParts = 6, MaxDepth = 3, MaxHeaderBlockBytes = 90, MaxFieldBytes = 50, MaxRetainedBytes = 120 };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Append_SplitAtEveryByte_GivesTheSameTree(string text)
    {
        foreach (var bytes in new[] { Tree.Bytes(text), System.Text.Encoding.Latin1.GetBytes(text) })
        {
            foreach (var limits in new[] { MimeLimits.Default, Small })
            {
                var expected = Tree.Dump(MimeParser.Parse(bytes, limits, strict: true));
                for (var cut = 0; cut <= bytes.Length; cut++)
                {
                    var parser = new MimeParser(limits, strict: true);
                    parser.Append(bytes.AsSpan(0, cut));
                    parser.Append(bytes.AsSpan(cut));
                    Assert.Equal(expected, Tree.Dump(parser.Complete()));
                }
                var single = new MimeParser(limits, strict: true);
                foreach (var b in bytes)
                {
                    single.Append([b]);
                }
                Assert.Equal(expected, Tree.Dump(single.Complete()));
            }
        }
    }

    [Fact]
    public void Append_LongLinesInPieces_GiveTheSameTree()
    {
        var random = new Random(7);
        var long1 = new string('x', 5_000);
        var text = $"Subject: {long1}\nX-Long: {long1}\nContent-Type: multipart/mixed; boundary=b\n\n--b{long1}\n--b\n{long1}\n--b\n\n{long1}\n-{long1}\n--b--{new string(' ', 3_000)}\n--b--\n";
        var bytes = Tree.Bytes(text);
        foreach (var limits in new[] { MimeLimits.Default, new MimeLimits { MaxHeaderBlockBytes = 7_000 }, new MimeLimits { MaxHeaderBlockBytes = 2_048 } })
        {
            var expected = Tree.Dump(MimeParser.Parse(bytes, limits, strict: true));
            for (var round = 0; round < 200; round++)
            {
                AssertSame(expected, bytes, limits, random);
            }
        }
    }

    [Fact]
    public void Append_RandomMessages_GiveConsistentTreesHoweverCut()
    {
        var random = new Random(2046);
        string[] pieces =
        [
            "\r\n", "\n", "\r", "--b", "--", "-", "--a--", "--b--", "--ab", "Content-Type: multipart/mixed; boundary=", "a", "b", "\"ab\"", "\r\n\r\n",
            "Content-Type: message/rfc822\r\n\r\n", "Content-Type: multipart/digest; boundary=b\r\n", ": ", "Subject", " ", "\t", "\0", "\u00FF", "x",
            "From ", "text text text text text text text text text text text text ", "Content-Type:",
        ];
        for (var round = 0; round < 4_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
            var bytes = System.Text.Encoding.Latin1.GetBytes(text);
            var limits = round % 2 == 0 ? MimeLimits.Default : Small;
            var message = MimeParser.Parse(bytes, limits, strict: true);
            AssertConsistent(message, bytes);
            AssertSame(Tree.Dump(message), bytes, limits, random);
            AssertSame(Tree.Dump(message), bytes, limits, random);
        }
    }

    [Fact]
    public void Parse_RandomBytes_NeverThrows() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll((byte[] bytes) =>
        {
            AssertConsistent(MimeParser.Parse(bytes, strict: true), bytes);
            return true;
        }));

    private static void AssertSame(string expected, byte[] bytes, MimeLimits limits, Random random)
    {
        var parser = new MimeParser(limits, strict: true);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, bytes.Length < 500 ? 8 : 4_000));
            parser.Append(bytes.AsSpan(at, length));
            at += length;
        }
        Assert.Equal(expected, Tree.Dump(parser.Complete()));
    }

    /// <summary>What holds for the tree of any bytes.</summary>
    private static void AssertConsistent(ParsedMessage message, byte[] bytes)
    {
        Assert.Equal(bytes.Length, message.SizeBytes);
        Assert.Equal((0, bytes.Length), (message.Root.HeaderStart, message.Root.End));
        Assert.Equal(message.PartCount, message.Root.Walk().Count());
        foreach (var part in message.Root.Walk())
        {
            Assert.True(part.HeaderStart <= part.BodyStart && part.BodyStart <= part.End);
            var body = bytes.AsSpan((int)part.BodyStart, (int)part.SizeBytes);
            Assert.Equal(body.Count((byte)'\n'), part.RawLines);
            Assert.Equal(part.RawLines + (body.IsEmpty || body[^1] == '\n' ? 0 : 1), part.Lines);
            Assert.Equal(part.MediaType == "multipart", part.IsMultipart);
            var before = part.BodyStart;
            foreach (var child in part.Children)
            {
                Assert.True(child.HeaderStart >= before && child.End <= part.End);
                before = child.End;
            }
            if (part.Message is { } nested)
            {
                Assert.Equal((part.BodyStart, part.End), (nested.HeaderStart, nested.End));
            }
        }
        var decoded = MimeTreeCodec.Decode(MimeTreeCodec.Encode(message));
        Assert.Equal(
            Tree.Dump(message).Split("\n!")[0].TrimEnd(), Tree.Dump(decoded).TrimEnd());
        foreach (var form in new[] { ImapForm.Rev1, ImapForm.Utf8 })
        {
            ImapSyntax.AssertOneList(ImapRendering.BodyStructure(message.Root, true, form), form);
            ImapSyntax.AssertOneList(ImapRendering.BodyStructure(message.Root, false, form), form);
            ImapSyntax.AssertOneList(ImapRendering.Envelope(message.Root.Envelope!, form), form);
        }
    }
}
