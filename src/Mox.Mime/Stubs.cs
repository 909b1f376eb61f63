namespace Mox.Mime;

/// <summary>Parses a message as its bytes come, in one pass, keeping only the tree (RFC 5322, RFC 2045, RFC 2046).</summary>
public sealed class MimeParser(MimeLimits? limits = null, bool strict = false)
{
    /// <summary>Takes the next bytes, in pieces of any size. Never throws on input.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => throw new NotImplementedException($"{limits} {strict}");

    /// <summary>Ends the message.</summary>
    public ParsedMessage Complete() => throw new NotImplementedException();

    /// <summary>Parses a message that is in memory.</summary>
    public static ParsedMessage Parse(ReadOnlySpan<byte> bytes, MimeLimits? limits = null, bool strict = false) => throw new NotImplementedException();
}

/// <summary>The compact binary form of a parsed message, for the store's row.</summary>
public static class MimeTreeCodec
{
    /// <summary>Encodes the tree without envelopes.</summary>
    public static byte[] Encode(ParsedMessage message) => throw new NotImplementedException();

    /// <summary>Decodes what <see cref="Encode"/> made.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a version this code does not know.</exception>
    public static ParsedMessage Decode(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}

/// <summary>ENVELOPE and BODYSTRUCTURE as bytes that IMAP copies to the wire.</summary>
public static class ImapRendering
{
    /// <summary>The parenthesised envelope.</summary>
    public static byte[] Envelope(MessageEnvelope envelope, ImapForm form) => throw new NotImplementedException();

    /// <summary>The parenthesised body structure: BODYSTRUCTURE when <paramref name="extended"/>, else BODY.</summary>
    public static byte[] BodyStructure(MimePart part, bool extended, ImapForm form) => throw new NotImplementedException();
}

/// <summary>Address lists of headers (RFC 5322 section 3.4), tolerant.</summary>
public static class AddressListParser
{
    /// <summary>Parses a list; entries past <paramref name="maxEntries"/> are left out.</summary>
    public static IReadOnlyList<EmailAddress> Parse(string text, int maxEntries = 10_000) => throw new NotImplementedException();
}

/// <summary>Encoded words (RFC 2047).</summary>
public static class EncodedWord
{
    /// <summary>Decodes the encoded words of a header text; what is none stays.</summary>
    public static string Decode(string text) => throw new NotImplementedException();

    /// <summary>Encodes a text as encoded words separated by spaces, if it needs them.</summary>
    public static string Encode(string text) => throw new NotImplementedException();
}

/// <summary>Charsets by the names that mail uses.</summary>
public static class Charsets
{
    /// <summary>Decodes bytes; unknown charsets read as Latin-1.</summary>
    public static string Decode(string? charset, ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>The encoding of this name, Latin-1 when unknown.</summary>
    public static System.Text.Encoding Find(string? charset) => throw new NotImplementedException();
}

/// <summary>Content of parts, decoded.</summary>
public static class DecodedContent
{
    /// <summary>The body of a part with its transfer encoding undone.</summary>
    public static Stream Open(MimePart part, ReadAt source) => throw new NotImplementedException();

    /// <summary>The text of a text part in Unicode.</summary>
    public static TextReader OpenText(MimePart part, ReadAt source) => throw new NotImplementedException();

    /// <summary>The text/* parts of a message, in order, those in messages within it too.</summary>
    public static IEnumerable<MimePart> TextParts(MimePart root) => throw new NotImplementedException();
}

/// <summary>The first words of a message, for lists (RFC 8970).</summary>
public static class Preview
{
    /// <summary>Up to 256 characters of the first text part, without quotes, signature and HTML; empty when there are none.</summary>
    public static string From(MimePart root, ReadAt source) => throw new NotImplementedException();
}

/// <summary>Base subjects for threading (RFC 5256 section 2.1).</summary>
public static class BaseSubject
{
    /// <summary>The base subject of a decoded or undecoded subject.</summary>
    public static string Of(string subject) => Of(subject, out _);

    /// <summary>The base subject, and whether the subject looks like a reply or a forward.</summary>
    public static string Of(string subject, out bool isReplyOrForward) => throw new NotImplementedException();
}

/// <summary>Message ids.</summary>
public static class MessageIds
{
    /// <summary>Lower-case, trimmed, without angle brackets; null when there is none.</summary>
    public static string? Canonical(string? text) => throw new NotImplementedException();

    /// <summary>References, then In-Reply-To, canonical, oldest first, without repeats.</summary>
    public static IReadOnlyList<string> Ancestors(string? references, string? inReplyTo) => throw new NotImplementedException();
}

/// <summary>Dates of headers (RFC 5322 section 3.3).</summary>
public static class MailDate
{
    /// <summary>Parses a date, tolerant of what is seen.</summary>
    public static bool TryParse(string? text, out DateTimeOffset date) => throw new NotImplementedException();

    /// <summary>Formats a date for a header.</summary>
    public static string Format(DateTimeOffset date) => throw new NotImplementedException();
}

internal static class EnvelopeBuilder
{
    public static MessageEnvelope Build(HeaderBlock header) => throw new NotImplementedException($"{header}");
}
