using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Mox.Mime.Tests;

public class TransferDecoderTests
{
    private static byte[] Decode(TransferEncoding encoding, byte[] source, int piece)
    {
        var part = new MimePart { Encoding = encoding, BodyStart = 0, End = source.Length };
        using var stream = DecodedContent.Open(part, (offset, buffer) =>
        {
            var length = (int)Math.Min(Math.Min(piece, buffer.Length), source.Length - offset);
            source.AsSpan((int)offset, length).CopyTo(buffer);
            return length;
        });
        using var result = new MemoryStream();
        stream.CopyTo(result);
        return result.ToArray();
    }

    private static string Text(TransferEncoding encoding, string text, int piece = int.MaxValue) =>
        Encoding.Latin1.GetString(Decode(encoding, Encoding.Latin1.GetBytes(text), piece));

    [Theory]
    [InlineData("", "")]
    [InlineData("Zg==", "f")]
    [InlineData("Zm8=", "fo")]
    [InlineData("Zm9v", "foo")]
    [InlineData("Zm9vYg==", "foob")]
    [InlineData("Zm9v\r\nYmFy\r\n", "foobar")]
    [InlineData("Z m\t9\r\nv", "foo")]
    [InlineData("Zg", "f")]
    [InlineData("Zm8", "fo")]
    [InlineData("Z", "")]
    [InlineData("Zg==Zm8=", "ffo")]
    [InlineData("!Z!m!9!v!", "foo")]
    [InlineData("====", "")]
    [InlineData("Zm9v-_", "foo")]
    public void Base64_GoodAndBad_Decodes(string text, string expected)
    {
        Assert.Equal(expected, Text(TransferEncoding.Base64, text));
        Assert.Equal(expected, Text(TransferEncoding.Base64, text, 1));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("a=3Db", "a=b")]
    [InlineData("a=3db=e9", "a=b\u00E9")]
    [InlineData("soft=\r\nbreak", "softbreak")]
    [InlineData("soft=\nbreak", "softbreak")]
    [InlineData("soft= \t\r\nbreak", "softbreak")]
    [InlineData("trailing \t\r\nx", "trailing\r\nx")]
    [InlineData("trailing \t\nx", "trailing\nx")]
    [InlineData("at end  ", "at end")]
    [InlineData("kept=20\r\n", "kept \r\n")]
    [InlineData("end=", "end")]
    [InlineData("end= ", "end")]
    [InlineData("bad=XY", "bad=XY")]
    [InlineData("bad=4", "bad=4")]
    [InlineData("bad=4\r\nx", "bad=4\r\nx")]
    [InlineData("bad==3D", "bad==")]
    [InlineData("= x", "= x")]
    [InlineData("a\rb", "a\rb")]
    [InlineData("\u00E9", "\u00E9")]
    public void QuotedPrintable_GoodAndBad_Decodes(string text, string expected)
    {
        Assert.Equal(expected, Text(TransferEncoding.QuotedPrintable, text));
        Assert.Equal(expected, Text(TransferEncoding.QuotedPrintable, text, 1));
    }

    [Fact]
    public void QuotedPrintable_EndlessWhiteSpace_GoesOn()
    {
        var text = "a" + new string(' ', 100_000) + "b=" + new string(' ', 100_000) + "c";
        var decoded = Text(TransferEncoding.QuotedPrintable, text);
        Assert.StartsWith("a", decoded, StringComparison.Ordinal);
        Assert.EndsWith("c", decoded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransferEncoding.SevenBit)]
    [InlineData(TransferEncoding.Binary)]
    [InlineData(TransferEncoding.Unknown)]
    public void Identity_GivesTheBytes(TransferEncoding encoding) => Assert.Equal("=3D \0\u00FF", Text(encoding, "=3D \0\u00FF", 1));

    [Fact]
    public void Encoders_AnyBytes_RoundTrip() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll((byte[] bytes) =>
        {
            using var encoded = new MemoryStream();
            TransferEncoder.Base64(new MemoryStream(bytes), encoded);
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            TransferEncoder.QuotedPrintable(bytes, output);
            var quoted = output.WrittenSpan.ToArray();
            return Decode(TransferEncoding.Base64, encoded.ToArray(), 7).AsSpan().SequenceEqual(bytes)
                && Decode(TransferEncoding.QuotedPrintable, quoted, 7).AsSpan().SequenceEqual(bytes)
                && Encoding.ASCII.GetString(quoted).Split("\r\n").All(l => l.Length <= 76);
        }));

    [Fact]
    public void Encoders_LargeRandom_RoundTripInAnyPieces()
    {
        var bytes = new byte[300_001];
        new Random(3).NextBytes(bytes);
        using var encoded = new MemoryStream();
        TransferEncoder.Base64(new MemoryStream(bytes), encoded);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        TransferEncoder.QuotedPrintable(bytes, output);
        foreach (var piece in new[] { 1_021, 4_096, int.MaxValue })
        {
            Assert.Equal(bytes, Decode(TransferEncoding.Base64, encoded.ToArray(), piece));
            Assert.Equal(bytes, Decode(TransferEncoding.QuotedPrintable, output.WrittenSpan.ToArray(), piece));
        }
    }

    [Fact]
    public void QuotedPrintable_LinesThatTransportsChange_AreEncoded()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        TransferEncoder.QuotedPrintable("From me\r\n.\r\nx \r\n"u8, output);
        Assert.Equal("=46rom me\r\n=2E\r\nx=20\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void OpenText_Charsets_AreDecodedInPieces()
    {
        var text = string.Concat(Enumerable.Repeat("\u65E5\u672C\u8A9E text ", 5_000));
        foreach (var charset in new[] { "utf-8", "iso-2022-jp", "shift_jis", "utf-16be" })
        {
            var bytes = Tree.Bytes($"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n")
                .Concat(Encoding.ASCII.GetBytes(Convert.ToBase64String(Charsets.Find(charset).GetBytes(text), Base64FormattingOptions.InsertLineBreaks)))
                .ToArray();
            var root = MimeParser.Parse(bytes).Root;
            using var reader = DecodedContent.OpenText(root, DecodedContent.FromMemory(bytes));
            Assert.Equal(text, reader.ReadToEnd());
        }
    }

    [Theory]
    [InlineData("C3A9", "\u00E9")]
    [InlineData("E980", "\u00E9\u20AC")]
    public void OpenText_WithoutCharset_GuessesUtf8OrWindows1252(string hex, string expected)
    {
        byte[] bytes = [.. "\r\n"u8, .. Convert.FromHexString(hex)];
        using var reader = DecodedContent.OpenText(MimeParser.Parse(bytes).Root, DecodedContent.FromMemory(bytes));
        Assert.Equal(expected, reader.ReadToEnd());
    }

    [Fact]
    public void TextParts_OfNestedMessage_AreAllFound()
    {
        var root = Tree.Parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\nContent-Type: image/png\n\n2\n--b\nContent-Type: message/rfc822\n\nContent-Type: text/html\n\n3\n--b--").Root;
        Assert.Equal(["plain", "html"], DecodedContent.TextParts(root).Select(p => p.MediaSubtype));
    }
}
