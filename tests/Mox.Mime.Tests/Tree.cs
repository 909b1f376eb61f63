using System.Globalization;
using System.Text;

namespace Mox.Mime.Tests;

/// <summary>Messages and trees as text, for tests.</summary>
internal static class Tree
{
    /// <summary>Bytes of a text with its line ends made CRLF, characters as Latin-1.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static ParsedMessage Parse(string text, MimeLimits? limits = null, bool strict = false) =>
        MimeParser.Parse(Bytes(text), limits, strict);

    /// <summary>One line a part: <c>depth type/subtype header-body-end lines rawlines</c>.</summary>
    public static string Dump(ParsedMessage message)
    {
        var result = new StringBuilder();
        result.AppendLine(
            CultureInfo.InvariantCulture,
            $"{message.SizeBytes} lf:{message.HasBareLf} cr:{message.HasBareCr} nul:{message.HasNul} 8:{message.Has8BitBody} h8:{message.HeaderLines8Bit} long:{message.LongestLineBytes} end:{message.HasHeaderEnd} cut:{message.IsTruncated} parts:{message.PartCount}");
        Dump(message.Root, 0, result);
        foreach (var problem in message.Problems)
        {
            result.AppendLine(CultureInfo.InvariantCulture, $"! {problem.Offset} {problem.Message}");
        }
        return result.ToString();
    }

    private static void Dump(MimePart part, int depth, StringBuilder result)
    {
        result.Append(' ', depth).Append(
            CultureInfo.InvariantCulture,
            $"{part.MediaType}/{part.MediaSubtype} {part.HeaderStart}-{part.BodyStart}-{part.End} {part.Lines} {part.RawLines} {part.EncodingName}");
        foreach (var p in part.Parameters.Concat(part.DispositionParameters))
        {
            result.Append(CultureInfo.InvariantCulture, $" {p.Name}={p.Value}|{p.Extended}");
        }
        result.AppendLine(
            CultureInfo.InvariantCulture,
            $" {part.Id} {part.Description} {part.Disposition} {string.Join(',', part.Languages)} {part.Location} {part.Md5} {part.IsOpaque}");
        foreach (var child in part.Children)
        {
            Dump(child, depth + 1, result);
        }
        if (part.Message is not null)
        {
            Dump(part.Message, depth + 1, result);
        }
    }

    public static string Rendered(MimePart part, bool extended = true, ImapForm form = ImapForm.Rev1) =>
        Encoding.UTF8.GetString(ImapRendering.BodyStructure(part, extended, form));

    public static string Envelope(MimePart part, ImapForm form = ImapForm.Rev1) =>
        Encoding.UTF8.GetString(ImapRendering.Envelope(part.Envelope!, form));

    public static string Body(byte[] message, MimePart part) =>
        Encoding.Latin1.GetString(message.AsSpan((int)part.BodyStart, (int)part.SizeBytes));
}
