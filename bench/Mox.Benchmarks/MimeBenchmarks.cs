using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Mox.Mime;

namespace Mox.Benchmarks;

/// <summary>MIME: parsing, transfer encodings, what IMAP wants of it.</summary>
[MemoryDiagnoser]
public class MimeBenchmarks
{
    private ParsedMessage _parsed = null!;
    private byte[] _encoded = [];
    private readonly ArrayBufferWriter<byte> _scratch = new(16 << 20);

    /// <summary>A message with one base64 part; 10 MB in all.</summary>
    public byte[] Attachment { get; private set; } = [];

    /// <summary>A quoted-printable body of 10 MB.</summary>
    public byte[] Quoted { get; private set; } = [];

    /// <summary>7.5 MB to encode.</summary>
    public byte[] Binary { get; private set; } = [];

    /// <summary>A text message of 5 KB with a real header.</summary>
    public byte[] Small { get; private set; } = [];

    /// <summary>A text and HTML message with an attachment, 5 KB.</summary>
    public byte[] SmallMultipart { get; private set; } = [];

    private const string Header = """
        Return-Path: <sender@example.org>
        Received: from mail.example.org (mail.example.org [192.0.2.1])
        	by mx.example.com (192.0.2.2) via tcp with ESMTPS id abcdefghijklmnop
        	(TLS1.3 TLS_AES_128_GCM_SHA256) for <recipient@example.com>;
        	2 Jan 2026 03:04:05 +0100
        Authentication-Results: mx.example.com; dkim=pass header.d=example.org
        	header.s=2020 header.a=rsa-sha256 header.b=abcdefghijkl; spf=pass smtp.mailfrom=example.org;
        	dmarc=pass header.from=example.org
        DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=2020; c=relaxed/relaxed;
        	h=from:to:subject:date:message-id; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
        	b=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz
        	abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz==
        Date: Fri, 2 Jan 2026 03:04:05 +0100
        From: =?utf-8?q?J=C3=B6rg_Example?= <joerg@example.org>
        To: Recipient One <recipient@example.com>, "Two, Recipient" <two@example.com>
        Cc: list@lists.example.net
        Subject: Re: [list] A subject of the usual length, about something
        Message-ID: <0123456789abcdef@mail.example.org>
        In-Reply-To: <fedcba9876543210@mx.example.com>
        References: <first@mx.example.com> <second@mail.example.org>
        	<fedcba9876543210@mx.example.com>
        List-Id: <list.lists.example.net>
        User-Agent: Example Mail 1.0
        MIME-Version: 1.0

        """;

    [GlobalSetup]
    public void Setup()
    {
        Binary = new byte[7_500_000];
        new Random(1).NextBytes(Binary);
        using (var base64 = new MemoryStream())
        {
            TransferEncoder.Base64(new MemoryStream(Binary), base64);
            Attachment =
            [
                .. Bytes(Header + "Content-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\n\ntext\n--=_b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"),
                .. base64.ToArray(),
                .. "--=_b--\r\n"u8,
            ];
        }
        var line = "Ein l\u00E4ngerer Satz mit Umlauten \u00E4\u00F6\u00FC und einem = Zeichen, wie er in Nachrichten vorkommt.\r\n";
        TransferEncoder.QuotedPrintable(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 90_000))), _scratch);
        Quoted = _scratch.WrittenSpan[..10_000_000].ToArray();
        var text = string.Concat(Enumerable.Repeat("Some words of a line of text, as people write them to each other.\n", 50));
        Small = Bytes(Header + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text);
        SmallMultipart = Bytes(
            Header + "Content-Type: multipart/mixed; boundary=\"outer-0123456789\"\n\n--outer-0123456789\n"
            + "Content-Type: multipart/alternative; boundary=\"inner-0123456789\"\n\n--inner-0123456789\n"
            + "Content-Type: text/plain; charset=utf-8\n\n" + text[..1_000] + "\n--inner-0123456789\n"
            + "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>" + text[..1_000] + "\n--inner-0123456789--\n--outer-0123456789\n"
            + "Content-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment; filename=\"a.pdf\"\nContent-Transfer-Encoding: base64\n\n"
            + string.Concat(Enumerable.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==\n", 10)) + "--outer-0123456789--\n");
        _parsed = MimeParser.Parse(SmallMultipart);
        _encoded = MimeTreeCodec.Encode(_parsed);
    }

    [Benchmark]
    public ParsedMessage ParseAttachment() => MimeParser.Parse(Attachment);

    [Benchmark]
    public ParsedMessage ParseAttachmentInPieces()
    {
        var parser = new MimeParser();
        for (var at = 0; at < Attachment.Length; at += 4_096)
        {
            parser.Append(Attachment.AsSpan(at, Math.Min(4_096, Attachment.Length - at)));
        }
        return parser.Complete();
    }

    [Benchmark]
    public ParsedMessage ParseSmall() => MimeParser.Parse(Small);

    [Benchmark]
    public ParsedMessage ParseSmallMultipart() => MimeParser.Parse(SmallMultipart);

    [Benchmark]
    public int Render() =>
        ImapRendering.Envelope(_parsed.Root.Envelope!, ImapForm.Rev1).Length
        + ImapRendering.Envelope(_parsed.Root.Envelope!, ImapForm.Utf8).Length
        + ImapRendering.BodyStructure(_parsed.Root, true, ImapForm.Rev1).Length
        + ImapRendering.BodyStructure(_parsed.Root, true, ImapForm.Utf8).Length
        + ImapRendering.BodyStructure(_parsed.Root, false, ImapForm.Rev1).Length;

    [Benchmark]
    public ParsedMessage Codec() => MimeTreeCodec.Decode(MimeTreeCodec.Encode(_parsed));

    [Benchmark]
    public ParsedMessage DecodeTree() => MimeTreeCodec.Decode(_encoded);

    /// <summary>Everything that is computed once, at delivery.</summary>
    [Benchmark]
    public int Deliver()
    {
        var parsed = MimeParser.Parse(SmallMultipart);
        var envelope = parsed.Root.Envelope!;
        return ImapRendering.Envelope(envelope, ImapForm.Rev1).Length
            + ImapRendering.Envelope(envelope, ImapForm.Utf8).Length
            + ImapRendering.BodyStructure(parsed.Root, true, ImapForm.Rev1).Length
            + ImapRendering.BodyStructure(parsed.Root, true, ImapForm.Utf8).Length
            + MimeTreeCodec.Encode(parsed).Length
            + BaseSubject.Of(envelope.Subject).Length
            + envelope.Ancestors().Count
            + Preview.From(parsed.Root, DecodedContent.FromMemory(SmallMultipart)).Length;
    }

    [Benchmark]
    public string PreviewSmall() => Preview.From(_parsed.Root, DecodedContent.FromMemory(SmallMultipart));

    [Benchmark]
    public long DecodeBase64() => Drain(TransferEncoding.Base64, Attachment);

    [Benchmark]
    public long DecodeQuotedPrintable() => Drain(TransferEncoding.QuotedPrintable, Quoted);

    [Benchmark]
    public void EncodeBase64() => TransferEncoder.Base64(new MemoryStream(Binary), Stream.Null);

    private static long Drain(TransferEncoding encoding, byte[] body)
    {
        var decoder = new TransferDecoder(encoding);
        var output = new byte[8_192];
        long total = 0;
        for (var at = 0; at < body.Length;)
        {
            var piece = body.AsSpan(at, Math.Min(8_192, body.Length - at));
            decoder.Decode(piece, output, at + piece.Length == body.Length, out var consumed, out var written);
            at += consumed;
            total += written;
        }
        return total;
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));
}
