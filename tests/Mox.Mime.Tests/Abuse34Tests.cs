using System.Buffers;
using System.Text;
using Mox.Addresses;

namespace Mox.Mime.Tests;

/// <summary>Abuse case 34: CR, LF and NUL in what is composed never begin another header field.</summary>
public class Abuse34Tests
{
    private static readonly NamedAddress Joe = new("Joe", Address.Parse("joe@example.com"));

    public static TheoryData<string> Evil => new() { "a\r\nBcc: x@y", "a\nBcc: x@y", "a\rBcc: x@y", "a\0b", "a\u0085b", "a\u2028b", "\r\n\r\nbody", "a\u001Bb" };

    private static MessageComposer Make(
        string name = "n", string subject = "s", string id = "i@x", string reply = "r@x", string field = "X-A", string value = "v",
        string type = "image/png", string file = "f", string contentId = "c") => new()
        {
            From = [new NamedAddress(name, Joe.Address)],
            Subject = subject,
            Date = DateTimeOffset.UnixEpoch,
            MessageId = id,
            InReplyTo = [reply],
            MoreFields = [(field, value)],
            Html = "h",
            Attachments = [MessageAttachment.FromBytes([1], type, file, contentId)],
        };

    [Theory]
    [MemberData(nameof(Evil))]
    public void Abuse34_EveryField_IsRefusedBeforeAnythingIsWritten(string evil)
    {
        MessageComposer[] messages =
        [
            Make(name: evil), Make(subject: evil), Make(id: evil), Make(reply: evil), Make(field: evil), Make(value: evil),
            Make(type: evil), Make(file: evil), Make(contentId: evil),
        ];
        foreach (var message in messages)
        {
            using var target = new MemoryStream();
            Assert.Throws<ArgumentException>(() => message.WriteTo(target));
            Assert.Equal(0, target.Length);
        }
        Assert.NotEmpty(Make().ToBytes());
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("From")]
    [InlineData("mime-version")]
    [InlineData("Bcc")]
    [InlineData("X A")]
    [InlineData("X:A")]
    [InlineData("X ")]
    [InlineData("")]
    public void Abuse34_FieldNameThatIsNone_IsRefused(string name) => Assert.Throws<ArgumentException>(() => Make(field: name).ToBytes());

    [Theory]
    [InlineData("a> <b")]
    [InlineData("a b")]
    [InlineData("")]
    public void Abuse34_IdWithBrackets_IsRefused(string id)
    {
        Assert.Throws<ArgumentException>(() => Make(id: id).ToBytes());
        Assert.Throws<ArgumentException>(() => Make(reply: id).ToBytes());
    }

    [Theory]
    [InlineData("image/png; x=y")]
    [InlineData("image/p ng")]
    [InlineData("image/")]
    [InlineData("\u00E9/x")]
    public void Abuse34_TypeThatIsNone_IsRefused(string type) => Assert.Throws<ArgumentException>(() => Make(type: type).ToBytes());

    [Theory]
    [InlineData("evil\" <x@y>, \"z")]
    [InlineData("<x@y>")]
    [InlineData("a@b, c@d;")]
    [InlineData("\\")]
    [InlineData("=?utf-8?q?x?=")]
    public void Abuse34_DisplayNameWithSyntax_StaysAName(string name)
    {
        var envelope = MimeParser.Parse(Make(name: name).ToBytes()).Root.Envelope!;
        Assert.Equal((1, name, "joe"), (envelope.From.Count, envelope.From[0].Name, envelope.From[0].Mailbox));
    }

    [Theory]
    [InlineData("a\"; filename=\"b")]
    [InlineData("a\\")]
    [InlineData("=?utf-8?q?x?=")]
    public void Abuse34_FileNameWithSyntax_StaysAName(string name) =>
        Assert.Equal(name, MimeParser.Parse(Make(file: name).ToBytes()).Root.Children[1].FileName);

    [Fact]
    public void Abuse34_EncodedWordWithLineEnd_DecodesToASpace() =>
        Assert.Equal("a  Bcc: x@y", Tree.Parse("Subject: =?utf-8?q?a=0D=0ABcc:_x@y?=\n\n").Root.Envelope!.Subject);

    [Theory]
    [MemberData(nameof(Evil))]
    public void Abuse34_HeaderWriter_RefusesItEverywhere(string evil)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new HeaderWriter(output);
        Assert.Throws<ArgumentException>(() => writer.Field("A", evil));
        Assert.Throws<ArgumentException>(() => writer.Field(evil, "a"));
        Assert.Throws<ArgumentException>(() => writer.Text("A", evil));
        Assert.Throws<ArgumentException>(() => writer.Parameters("A", "x", [("n", evil)]));
        Assert.Throws<ArgumentException>(() => writer.Parameters("A", "x", [(evil, "n")]));
        Assert.Throws<ArgumentException>(() => writer.Addresses("A", [new NamedAddress(evil, Joe.Address)]));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Abuse34_LongWords_AreRefusedOrEncodedNeverCut()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new HeaderWriter(output);
        Assert.Throws<ArgumentException>(() => writer.Field("A", new string('x', 2_000)));
        output.ResetWrittenCount();
        writer.Text("A", new string('x', 2_000));
        Assert.All(Encoding.ASCII.GetString(output.WrittenSpan).Split("\r\n"), line => Assert.True(line.Length <= 78));
        Assert.Equal(new string('x', 2_000), new HeaderBlock(output.WrittenMemory).First("A")!.Value.DecodedText());
    }
}
