using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Mox.Mime;

/// <summary>The parts of a composed message: which multiparts it needs, and how each body is encoded.</summary>
internal sealed class PartWriter(bool allowUtf8)
{
    private const int MaxLine = 998;

    /// <summary>A body to write: a multipart with children, or a leaf.</summary>
    internal sealed class Part
    {
        public required string MediaType { get; init; }
        public List<(string Name, string Value)> Parameters { get; init; } = [];
        public string? Encoding { get; init; }
        public string? Disposition { get; init; }
        public string? FileName { get; init; }
        public string? ContentId { get; init; }
        public string? Boundary { get; init; }
        public List<Part> Children { get; init; } = [];
        public Action<Stream>? Write { get; init; }
    }

    public static Part Build(string? text, string? html, IReadOnlyList<MessageAttachment> attachments)
    {
        var inline = html is null ? [] : attachments.Where(a => a.ContentId is not null).Select(a => Attachment(a, "inline")).ToList();
        var others = attachments.Where(a => html is null || a.ContentId is null).Select(a => Attachment(a, "attachment")).ToList();
        Part? htmlPart = html is null ? null : TextPart("text/html", html);
        if (htmlPart is not null && inline.Count > 0)
        {
            htmlPart = Multipart("related", [htmlPart, .. inline]);
        }
        var body = (text, htmlPart) switch
        {
            (_, null) => TextPart("text/plain", text ?? ""),
            (null, _) => htmlPart,
            _ => Multipart("alternative", [TextPart("text/plain", text), htmlPart]),
        };
        return others.Count == 0 ? body : Multipart("mixed", [body, .. others]);
    }

    /// <summary>The message's header: its own fields and those of its body.</summary>
    public byte[] Header(Action<HeaderWriter> fields, Part root)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new HeaderWriter(output, allowUtf8);
        fields(writer);
        WriteFields(writer, root);
        Check(root);
        return output.WrittenSpan.ToArray();
    }

    public void WriteBody(Part part, Stream target)
    {
        if (part.Boundary is null)
        {
            part.Write!(target);
            return;
        }
        foreach (var child in part.Children)
        {
            target.Write(Encoding.ASCII.GetBytes($"--{part.Boundary}\r\n"));
            target.Write(FieldsOf(child));
            WriteBody(child, target);
            target.Write("\r\n"u8);
        }
        target.Write(Encoding.ASCII.GetBytes($"--{part.Boundary}--\r\n"));
    }

    // All fields of all parts are tried before a byte is written.
    private void Check(Part part)
    {
        foreach (var child in part.Children)
        {
            FieldsOf(child);
            Check(child);
        }
    }

    private byte[] FieldsOf(Part part)
    {
        var output = new ArrayBufferWriter<byte>();
        WriteFields(new HeaderWriter(output, allowUtf8), part);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteFields(HeaderWriter writer, Part part)
    {
        List<(string, string)> parameters = part.Boundary is null ? part.Parameters : [.. part.Parameters, ("boundary", part.Boundary)];
        writer.Parameters("Content-Type", part.MediaType, parameters);
        if (part.Encoding is not null)
        {
            writer.Field("Content-Transfer-Encoding", part.Encoding);
        }
        if (part.ContentId is not null)
        {
            if (part.ContentId.AsSpan().ContainsAny("<> "))
            {
                throw new ArgumentException("A Content-ID has a space or an angle bracket.", nameof(part));
            }
            writer.Field("Content-ID", $"<{part.ContentId}>");
        }
        if (part.Disposition is not null)
        {
            writer.Parameters("Content-Disposition", part.Disposition, part.FileName is null ? [] : [("filename", part.FileName)]);
        }
        writer.End();
    }

    public static Part Multipart(string subtype, List<Part> children, params List<(string Name, string Value)> parameters) => new()
    {
        MediaType = $"multipart/{subtype}",
        Parameters = parameters,
        // 128 random bits are in no content; "=_" is in no quoted-printable or base64 either (RFC 2045 section 6.7,
        // note).
        Boundary = $"=_{RandomNumberGenerator.GetHexString(32, lowercase: true)}",
        Children = children,
    };

    public static Part TextPart(string mediaType, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        var scan = new ByteScan();
        var is8Bit = scan.Take(bytes);
        scan.Finish();
        var isPlain = !is8Bit && !scan.HasNul && scan.LongestLineBytes <= MaxLine;
        var high = bytes.Count(b => b >= 0x80);
        var encoding = isPlain ? "7bit" : high * 3 > bytes.Length ? "base64" : "quoted-printable";
        return new Part
        {
            MediaType = mediaType,
            Parameters = [("charset", is8Bit ? "utf-8" : "us-ascii")],
            Encoding = encoding,
            Write = target => Write(bytes, encoding, target),
        };
    }

    private static void Write(byte[] bytes, string encoding, Stream target)
    {
        switch (encoding)
        {
            case "base64":
                TransferEncoder.Base64(new MemoryStream(bytes, writable: false), target);
                break;
            case "quoted-printable":
                var output = new ArrayBufferWriter<byte>(bytes.Length + 256);
                TransferEncoder.QuotedPrintable(bytes, output);
                target.Write(output.WrittenSpan);
                break;
            default:
                target.Write(bytes);
                break;
        }
    }

    private static Part Attachment(MessageAttachment attachment, string disposition)
    {
        var isMessage = attachment.MediaType.Equals("message/rfc822", StringComparison.OrdinalIgnoreCase);
        // A message must not be encoded (RFC 2046 section 5.2.1); one that cannot travel as it is goes as a file.
        var asIs = isMessage ? EncodingOfMessage(attachment) : null;
        return new Part
        {
            MediaType = isMessage && asIs is null ? "application/octet-stream" : attachment.MediaType,
            Parameters = attachment.FileName is null ? [] : [("name", attachment.FileName)],
            Encoding = asIs ?? "base64",
            Disposition = disposition,
            FileName = attachment.FileName,
            ContentId = attachment.ContentId,
            Write = target =>
            {
                using var content = attachment.Open();
                if (asIs is null)
                {
                    TransferEncoder.Base64(content, target);
                }
                else
                {
                    content.CopyTo(target);
                }
            },
        };
    }

    private static string? EncodingOfMessage(MessageAttachment attachment)
    {
        using var content = attachment.Open();
        var scan = new ByteScan();
        var buffer = new byte[8_192];
        var is8Bit = false;
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            is8Bit |= scan.Take(buffer.AsSpan(0, read));
        }
        scan.Finish();
        var isClean = !scan.HasBareCr && !scan.HasBareLf && !scan.HasNul && scan.LongestLineBytes <= MaxLine;
        return !isClean ? null : is8Bit ? "8bit" : "7bit";
    }
}
