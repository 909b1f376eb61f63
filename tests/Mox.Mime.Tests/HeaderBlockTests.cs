using System.Text;

namespace Mox.Mime.Tests;

public class HeaderBlockTests
{
    private static HeaderBlock Block(string text) => new(Tree.Bytes(text));

    [Fact]
    public void Fields_AreInOrderWithOffsets()
    {
        var block = Block("A: 1\nB : two\n\tlines\nnot a field\nC:\n\nD: body");
        var fields = block.Fields().ToList();
        Assert.Equal(["A", "B", "C"], fields.Select(f => f.Name));
        Assert.Equal(["1", "two\tlines", ""], fields.Select(f => f.Text()));
        Assert.Equal([0, 6, 36], fields.Select(f => f.Offset));
        foreach (var field in fields)
        {
            Assert.Equal(field.Raw.ToArray(), block.Bytes.Slice(field.Offset, field.Raw.Length).ToArray());
            Assert.Equal(field.RawValue.ToArray(), block.Bytes.Slice(field.ValueOffset, field.RawValue.Length).ToArray());
        }
        Assert.Equal(" two\r\n\tlines", Encoding.ASCII.GetString(fields[1].RawValue.Span));
        Assert.Equal("B : two\r\n\tlines\r\n", Encoding.ASCII.GetString(fields[1].Raw.Span));
    }

    [Fact]
    public void Lookups_IgnoreCase()
    {
        var block = Block("Received: 1\nX: 2\nRECEIVED: 3\n\n");
        Assert.Equal(2, block.Count("received"));
        Assert.Equal("1", block.FirstText("rEcEiVeD"));
        Assert.Equal(["1", "3"], block.All("Received").Select(f => f.Text()));
        Assert.Null(block.First("Y"));
        Assert.Null(block.FirstText("Received "));
    }

    [Theory]
    [InlineData("Subject: =?utf-8?q?=C3=A9?=\n =?utf-8?q?x?=\n", "\u00E9x")]
    [InlineData("Subject: \u00E9\n", "\u00E9")]
    [InlineData("Subject:  a\n  b \n", "a  b")]
    public void DecodedText_IsUnfolded(string text, string expected) => Assert.Equal(expected, Block(text).First("subject")!.Value.DecodedText());

    [Fact]
    public void Text_RawUtf8_IsReadAsThat() =>
        Assert.Equal("\u65E5", new HeaderBlock(Encoding.UTF8.GetBytes("Subject: \u65E5\r\n")).FirstText("Subject"));

    [Fact]
    public void Fields_BareLfAndNoEnd_AreTaken() =>
        Assert.Equal(["A", "B"], new HeaderBlock("A: 1\nB: 2"u8.ToArray()).Fields().Select(f => f.Name));

    [Fact]
    public void Envelope_FromBlock_IsThatOfTheParser()
    {
        var bytes = Tree.Bytes("From: a@b\nTo: c@d\nTo: e@f\nSubject: s\nSubject: t\nDate: Fri, 21 Nov 1997 09:55:06 -0600\nMessage-ID: <M@x>\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\n\n");
        var envelope = MessageEnvelope.Read(new HeaderBlock(bytes));
        Assert.Equal(Encoding.UTF8.GetString(ImapRendering.Envelope(envelope, ImapForm.Rev1)), Tree.Envelope(MimeParser.Parse(bytes).Root));
        Assert.Equal(("s", "m@x"), (envelope.Subject, envelope.MessageId));
        Assert.Equal(["c", "e"], envelope.To.Select(a => a.Mailbox));
        Assert.Equal(["a@x", "b@x"], envelope.Ancestors());
        Assert.Equal(1997, envelope.Date!.Value.Year);
    }

    [Fact]
    public void Fields_RandomBytes_NeverThrow()
    {
        var random = new Random(4);
        string[] pieces = ["A", ":", " ", "\r\n", "\n", "\r", "\t", "\0", "\u00FF", "Subject"];
        for (var i = 0; i < 20_000; i++)
        {
            var block = new HeaderBlock(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]))));
            var end = 0;
            foreach (var field in block)
            {
                Assert.True(field.Offset >= end && field.Name.Length > 0);
                Assert.DoesNotContain('\n', field.Text());
                end = field.Offset + field.Raw.Length;
            }
        }
    }
}
