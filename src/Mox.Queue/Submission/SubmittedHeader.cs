using System.Text;
using Mox.Addresses;
using Mox.Mime;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>What the queue must know of the header of a message that a user sends.</summary>
internal sealed class SubmittedHeader
{
    private const int MaxHeaderBytes = 1024 * 1024;

    // RFC 5322 says 998; scripts and newsletters send more, and most servers take it.
    private const int MaxLineBytes = 100_000;

    // More addresses in one field than anybody has.
    private const int MaxAuthors = 100;

    private static readonly string[] AuthorFields = ["Sender", "Resent-From", "Resent-Sender"];

    /// <summary>Why it cannot be sent; null when it can.</summary>
    public SmtpReply? Problem { get; private init; }

    /// <summary>The one author.</summary>
    public Address From { get; private init; }

    /// <summary>Others that the message says it is from.</summary>
    public IReadOnlyList<(string Field, Address Address)> OtherAuthors { get; private init; } = [];

    /// <summary>The Message-ID field, or null.</summary>
    public string? MessageId { get; private init; }

    public bool HasDate { get; private init; }

    public string Subject { get; private init; } = "";

    public int ReceivedCount { get; private init; }

    /// <summary>An octet above 127 in the header.</summary>
    public bool Has8Bit { get; private init; }

    /// <summary>A delivery or disposition report, by its content type (RFC 6522).</summary>
    public bool IsReport { get; private init; }

    public static SubmittedHeader Read(SpooledMessage content)
    {
        ParsedMessage parsed = content.Parsed;
        if (parsed.Root.BodyStart == 0 || !parsed.HasHeaderEnd)
        {
            return Refused(Refusals.NoHeader);
        }

        if (parsed.HasBareCr || parsed.HasBareLf || parsed.HasNul)
        {
            return Refused(Refusals.BareLine);
        }

        if (parsed.Root.BodyStart > MaxHeaderBytes)
        {
            return Refused(Refusals.LongHeader);
        }

        return parsed.LongestLineBytes > MaxLineBytes ? Refused(Refusals.LongLine) : Read(content, Bytes(content, (int)parsed.Root.BodyStart));
    }

    private static SubmittedHeader Read(SpooledMessage content, byte[] bytes)
    {
        var header = new HeaderBlock(bytes);
        if (!MessageFrom.TryRead(header, out Address from, out string? problem))
        {
            return Refused(Refusals.BadFrom(problem));
        }

        var others = new List<(string, Address)>();
        foreach (HeaderField field in AuthorFields.SelectMany(header.All))
        {
            IReadOnlyList<EmailAddress> entries = AddressListParser.Parse(field.Text(), MaxAuthors);
            foreach (EmailAddress entry in entries)
            {
                if (!entry.TryGetAddress(out Address address))
                {
                    return Refused(Refusals.BadAuthor(field.Name));
                }

                others.Add((field.Name, address));
            }
        }

        string? messageId = header.FirstText("Message-ID");
        return new SubmittedHeader
        {
            From = from,
            OtherAuthors = others,
            MessageId = string.IsNullOrWhiteSpace(messageId) ? null : messageId,
            HasDate = header.First("Date") is not null,
            Subject = header.First("Subject")?.DecodedText() ?? "",
            ReceivedCount = header.Count("Received"),
            Has8Bit = !Ascii.IsValid(bytes),
            IsReport = IsReportType(content.Parsed.Root),
        };
    }

    private static bool IsReportType(MimePart root) => root is { MediaType: "multipart", MediaSubtype: "report" }
        && root.Parameter("report-type")?.ToLowerInvariant() is "delivery-status" or "disposition-notification"
            or "global-delivery-status" or "global-disposition-notification";

    private static byte[] Bytes(SpooledMessage content, int length)
    {
        byte[] bytes = new byte[length];
        int read = 0;
        for (int count; read < length && (count = content.Read(read, bytes.AsSpan(read))) > 0; read += count)
        {
        }

        return bytes;
    }

    private static SubmittedHeader Refused(SmtpReply problem) => new() { Problem = problem };
}
