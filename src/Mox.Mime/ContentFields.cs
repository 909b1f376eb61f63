namespace Mox.Mime;

/// <summary>What the Content-* fields say of their part (RFC 2045, RFC 2183).</summary>
internal static class ContentFields
{
    // Longer texts are cut: they are shown in BODYSTRUCTURE, which goes to each client.
    private const int MaxTextLength = 4_096;
    private const int MaxLanguages = 100;

    /// <summary>Writes what a field says into its part; tells how many parameters or the like it had.</summary>
    public static int Take(MimePart part, FieldId id, string text, long offset, ProblemList problems)
    {
        switch (id)
        {
            case FieldId.ContentType:
                TakeType(part, text, offset, problems);
                break;
            case FieldId.ContentTransferEncoding:
                TakeEncoding(part, text, offset, problems);
                break;
            case FieldId.ContentDisposition:
                var parser = new ContentFieldParser(text);
                var disposition = parser.Token();
                part.Disposition = disposition.Length == 0 ? null : disposition;
                part.DispositionParameters = parser.Parameters();
                ReportMalformed(parser, "Content-Disposition", offset, problems);
                break;
            case FieldId.ContentId:
                part.Id = Cut(text);
                break;
            case FieldId.ContentDescription:
                part.Description = Cut(text);
                break;
            case FieldId.ContentLocation:
                part.Location = Cut(text);
                break;
            case FieldId.ContentMd5:
                part.Md5 = Cut(text);
                break;
            case FieldId.ContentLanguage:
                part.Languages =
                [
                    .. (Cut(text) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                        .Take(MaxLanguages),
                ];
                break;
        }
        return id switch
        {
            FieldId.ContentType => part.Parameters.Count,
            FieldId.ContentDisposition => part.DispositionParameters.Count,
            FieldId.ContentLanguage => part.Languages.Count,
            _ => 0,
        };
    }

    private static void TakeType(MimePart part, string text, long offset, ProblemList problems)
    {
        var parser = new ContentFieldParser(text);
        if (parser.TryMediaType(out var type, out var subtype))
        {
            (part.MediaType, part.MediaSubtype) = (type, subtype);
            part.Parameters = parser.Parameters();
            ReportMalformed(parser, "Content-Type", offset, problems);
        }
        else
        {
            // What cannot be read is text/plain (RFC 2045 section 5.2); so is the plain "text" of mail older than MIME.
            problems.Add(offset, "Content-Type has no type and subtype");
            part.Parameters = HeaderCollector.DefaultParameters;
        }
    }

    private static void TakeEncoding(MimePart part, string text, long offset, ProblemList problems)
    {
        var parser = new ContentFieldParser(text);
        var word = parser.Token();
        if (word.Length == 0)
        {
            problems.Add(offset, "Content-Transfer-Encoding has no word");
            return;
        }
        part.EncodingName = Cut(word)!;
        part.Encoding = word switch
        {
            "7bit" => TransferEncoding.SevenBit,
            "8bit" => TransferEncoding.EightBit,
            "binary" => TransferEncoding.Binary,
            "quoted-printable" => TransferEncoding.QuotedPrintable,
            "base64" => TransferEncoding.Base64,
            _ => TransferEncoding.Unknown,
        };
        if (part.Encoding == TransferEncoding.Unknown)
        {
            problems.Add(offset, "Content-Transfer-Encoding is unknown");
        }
    }

    private static void ReportMalformed(ContentFieldParser parser, string field, long offset, ProblemList problems)
    {
        if (parser.IsMalformed)
        {
            problems.Add(offset, $"{field} is malformed");
        }
    }

    private static string? Cut(string text) => text.Length switch
    {
        0 => null,
        > MaxTextLength => text[..MaxTextLength],
        _ => text,
    };
}
