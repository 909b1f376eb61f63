using System.Diagnostics.CodeAnalysis;

namespace Mox.Mime;

/// <summary>
/// One entity of a message: the message itself, a part of a multipart, or the message in a message/rfc822 (RFC 2045
/// section 2.4).
/// </summary>
/// <remarks>
/// Offsets count the bytes of the message as parsed. The header block is <c>[HeaderStart, BodyStart)</c> with its empty
/// line, the body
/// <c>[BodyStart, End)</c> without the line end that belongs to the following delimiter (RFC 2046 section 5.1.1).
/// Immutable once the parser or the codec gave it out.
/// </remarks>
public sealed class MimePart
{
    /// <summary>The first byte of the header block.</summary>
    public long HeaderStart { get; internal set; }

    /// <summary>The first byte after the header block and its empty line.</summary>
    public long BodyStart { get; internal set; }

    /// <summary>The byte after the body.</summary>
    public long End { get; internal set; }

    /// <summary>Lines of the body, an unfinished last one included, as BODYSTRUCTURE wants them.</summary>
    public long Lines { get; internal set; }

    /// <summary>Line ends (LF) in the body.</summary>
    public long RawLines { get; internal set; }

    /// <summary>Media type in lower case; <c>text</c> when there was none.</summary>
    public string MediaType { get; internal set; } = "text";

    /// <summary>Media subtype in lower case; <c>plain</c> when there was none.</summary>
    public string MediaSubtype { get; internal set; } = "plain";

    /// <summary>
    /// Parameters of Content-Type; charset=us-ascii when the field was absent (RFC 2045 section 5.2).
    /// </summary>
    public IReadOnlyList<MimeParameter> Parameters { get; internal set; } = [];

    /// <summary>How the body is encoded.</summary>
    public TransferEncoding Encoding { get; internal set; }

    /// <summary>The word of Content-Transfer-Encoding in lower case; <c>7bit</c> when there was none.</summary>
    public string EncodingName { get; internal set; } = "7bit";

    /// <summary>Content-ID, angle brackets included.</summary>
    public string? Id { get; internal set; }

    /// <summary>Content-Description as it stands, encoded words undecoded.</summary>
    public string? Description { get; internal set; }

    /// <summary>Content-Disposition's word in lower case (RFC 2183).</summary>
    public string? Disposition { get; internal set; }

    /// <summary>Parameters of Content-Disposition.</summary>
    public IReadOnlyList<MimeParameter> DispositionParameters { get; internal set; } = [];

    /// <summary>Content-Language's tags (RFC 3282).</summary>
    public IReadOnlyList<string> Languages { get; internal set; } = [];

    /// <summary>Content-Location (RFC 2557).</summary>
    public string? Location { get; internal set; }

    /// <summary>Content-MD5 (RFC 1864).</summary>
    public string? Md5 { get; internal set; }

    /// <summary>The parts of a multipart; never empty for one that <see cref="IsMultipart"/>.</summary>
    public IReadOnlyList<MimePart> Children { get; internal set; } = [];

    /// <summary>
    /// The message in a message/rfc822 or message/global whose body is not encoded; its own header begins where this
    /// body does.
    /// </summary>
    public MimePart? Message { get; internal set; }

    /// <summary>
    /// The envelope of a message (the root, or a <see cref="Message"/>); null for other parts and after decoding from
    /// the row.
    /// </summary>
    public MessageEnvelope? Envelope { get; internal set; }

    /// <summary>Whether this is bytes past a bound, shown as application/octet-stream and not looked into.</summary>
    public bool IsOpaque { get; internal set; }

    /// <summary>Bytes of the body.</summary>
    public long SizeBytes => End - BodyStart;

    /// <summary>Whether it has <see cref="Children"/>.</summary>
    public bool IsMultipart => Children.Count > 0;

    /// <summary>Whether it is a text part.</summary>
    public bool IsText => MediaType == "text";

    /// <summary>The charset parameter, or null.</summary>
    public string? Charset => Parameter("charset");

    /// <summary>The file name: of the disposition, or the name of the type; decoded.</summary>
    public string? FileName
    {
        get
        {
            var name = Find(DispositionParameters, "filename") ?? Find(Parameters, "name");
            // RFC 2047 section 5 forbids encoded words in parameters; many senders use them all the same.
            return name is { Extended: null } ? EncodedWord.Decode(name.Value.Value) : name?.Value;
        }
    }

    /// <summary>The decoded value of a Content-Type parameter, or null.</summary>
    public string? Parameter(string name) => Find(Parameters, name)?.Value;

    /// <summary>
    /// The part that an IMAP section number names, seen from this message (RFC 9051 section 6.4.5.1): a message that is
    /// no multipart has
    /// itself as part 1; numbers below a message/rfc822 part name parts of the message in it. The empty path is this
    /// part.
    /// </summary>
    public bool TryFind(ReadOnlySpan<int> path, [NotNullWhen(true)] out MimePart? part)
    {
        part = this;
        var atMessage = true; // part stands for a message: the root, or one in a message/rfc822.
        foreach (var number in path)
        {
            if (!atMessage && part.Message is { } message)
            {
                part = message;
                atMessage = true;
            }
            if (part.IsMultipart)
            {
                if (number < 1 || number > part.Children.Count)
                {
                    part = null;
                    return false;
                }
                part = part.Children[number - 1];
                atMessage = false;
            }
            else if (atMessage && number == 1)
            {
                atMessage = false;
            }
            else
            {
                part = null;
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// This part and all below, a part before its children, in the order of the message; no recursion.
    /// </summary>
    public IEnumerable<MimePart> Walk()
    {
        var pending = new Stack<MimePart>();
        pending.Push(this);
        while (pending.TryPop(out var part))
        {
            yield return part;
            if (part.Message is { } message)
            {
                pending.Push(message);
            }
            for (var i = part.Children.Count - 1; i >= 0; i--)
            {
                pending.Push(part.Children[i]);
            }
        }
    }

    private static MimeParameter? Find(IReadOnlyList<MimeParameter> parameters, string name)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Name == name)
            {
                return parameters[i];
            }
        }
        return null;
    }
}
