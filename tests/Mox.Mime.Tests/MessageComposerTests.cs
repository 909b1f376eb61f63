using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mox.Addresses;

namespace Mox.Mime.Tests;

public class MessageComposerTests
{
    private static readonly DateTimeOffset Date = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));
    private static readonly NamedAddress Joe = new("Joe", Address.Parse("joe@example.com"));

    private static MessageComposer Composer(string subject = "s", string? text = "t", string? html = null, params MessageAttachment[] attachments) => new()
    {
        From = [Joe],
        To = [new NamedAddress(Address.Parse("to@b\u00FCcher.example"))],
        Subject = subject,
        Date = Date,
        MessageId = "id@example.com",
        Text = text,
        Html = html,
        Attachments = attachments,
    };

    private static string Text(byte[] message, MimePart part)
    {
        using var reader = DecodedContent.OpenText(part, DecodedContent.FromMemory(message));
        return reader.ReadToEnd();
    }

    [Fact]
    public void Compose_Plain_IsExactly()
    {
        var message = Encoding.ASCII.GetString(Composer(text: "one\ntwo\r\n").ToBytes());
        Assert.Equal(
            """
            Date: Fri, 2 Jan 2026 03:04:05 +0100
            From: Joe <joe@example.com>
            To: to@xn--bcher-kva.example
            Subject: s
            Message-ID: <id@example.com>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit

            one
            two

            """.ReplaceLineEndings("\r\n"),
            message);
    }

    [Fact]
    public void Compose_AllKindsOfParts_ParsesToThem()
    {
        var nested = Composer("nested").ToBytes();
        var png = Enumerable.Range(0, 10_000).Select(i => (byte)i).ToArray();
        var bytes = Composer(
            "Gr\u00FC\u00DFe \U0001F600",
            "text gr\u00FC\u00DFe \n.\nFrom here",
            "<p>\u65E5\u672C\u8A9E",
            MessageAttachment.FromBytes(png, "image/png", "a b \u20AC.png", "cid@x"),
            MessageAttachment.FromBytes(nested, "message/rfc822", "m.eml"),
            MessageAttachment.FromBytes([13, 0], "message/rfc822", "broken.eml"),
            MessageAttachment.FromBytes([], "application/pdf", new string('\u20AC', 60) + ".pdf")).ToBytes();
        var message = MimeParser.Parse(bytes, strict: true);
        Assert.Empty(message.Problems);
        Assert.False(message.Has8BitBody || message.HeaderLines8Bit > 0);
        Assert.InRange(message.LongestLineBytes, 1, 78);
        var root = message.Root;
        Assert.Equal(
            ["mixed", "alternative", "plain", "related", "html", "png", "rfc822", "plain", "octet-stream", "pdf"], root.Walk().Select(p => p.MediaSubtype));
        Assert.Equal("Gr\u00FC\u00DFe \U0001F600", root.Envelope!.Subject);
        var leaves = root.Walk().Where(p => !p.IsMultipart).ToList();
        Assert.Equal("text gr\u00FC\u00DFe \r\n.\r\nFrom here", Text(bytes, leaves[0]));
        Assert.Equal("<p>\u65E5\u672C\u8A9E", Text(bytes, leaves[1]));
        Assert.Equal(("a b \u20AC.png", "<cid@x>", "inline"), (leaves[2].FileName, leaves[2].Id, leaves[2].Disposition));
        using var content = new MemoryStream();
        using (var stream = DecodedContent.Open(leaves[2], DecodedContent.FromMemory(bytes)))
        {
            stream.CopyTo(content);
        }
        Assert.Equal(png, content.ToArray());
        Assert.Equal("nested", leaves[3].Message!.Envelope!.Subject);
        Assert.Equal(new string('\u20AC', 60) + ".pdf", leaves[^1].FileName);
    }

    [Fact]
    public void Compose_AnyTexts_ComeBack() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll((string? subject, string? name, string? body) =>
        {
            subject = Clean(subject);
            name = Clean(name);
            body = string.Concat((body ?? "").Where(c => c is '\n' || !char.IsControl(c)).Where(c => !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029' or '\u0085')));
            var bytes = new MessageComposer
            {
                From = [new NamedAddress(name, Joe.Address)],
                Subject = subject,
                Date = Date,
                MessageId = "id@x",
                Text = body,
            }.ToBytes();
            var message = MimeParser.Parse(bytes, strict: true);
            var envelope = message.Root.Envelope!;
            return message.Problems.Count == 0 && envelope.Subject == subject && (envelope.From[0].Name ?? "") == name
                && Text(bytes, message.Root) == body.ReplaceLineEndings("\r\n");

            static string Clean(string? text) =>
                string.Concat((text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029')));
        }));

    [Fact]
    public void Compose_WithUtf8Allowed_WritesItRaw()
    {
        var bytes = new MessageComposer
        {
            From = [new NamedAddress("J\u00F6rg", Address.Parse("j\u00F6rg@b\u00FCcher.example"))],
            Subject = "Gr\u00FC\u00DFe",
            Date = Date,
            MessageId = "id@x",
            Text = "t",
            AllowUtf8 = true,
        }.ToBytes();
        var text = Encoding.UTF8.GetString(bytes);
        Assert.Contains("From: J\u00F6rg <j\u00F6rg@b\u00FCcher.example>\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Subject: Gr\u00FC\u00DFe\r\n", text, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MessageComposer
        {
            From = [new NamedAddress("J", Address.Parse("j\u00F6rg@example.com"))],
            Date = Date,
            MessageId = "id@x",
        }.ToBytes());
    }

    [Fact]
    public void Compose_ManyRecipientsAndReferences_AreFolded()
    {
        var bytes = new MessageComposer
        {
            From = [Joe],
            To = [.. Enumerable.Range(0, 200).Select(i => new NamedAddress($"Number, {i}", Address.Parse($"n{i}@example.com")))],
            References = [.. Enumerable.Range(0, 100).Select(i => $"{new string('r', 40)}{i}@example.com")],
            Date = Date,
            MessageId = MessageComposer.NewMessageId(Domain.Parse("example.com")),
            Text = new string('x', 5_000),
        }.ToBytes();
        var message = MimeParser.Parse(bytes, strict: true);
        Assert.Empty(message.Problems);
        Assert.InRange(message.LongestLineBytes, 1, 78);
        Assert.Equal((200, "Number, 199"), (message.Root.Envelope!.To.Count, message.Root.Envelope.To[199].Name));
        Assert.Equal(100, message.Root.Envelope.Ancestors().Count);
    }
}
