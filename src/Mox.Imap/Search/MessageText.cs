using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>An open message, for looking into its header and its decoded text.</summary>
internal sealed class MessageText : IDisposable
{
    private readonly MessageContent _content;
    private readonly SearchText _text;

    private MessageText(MessageContent content, MimePart root)
    {
        _content = content;
        _text = new SearchText(content, root);
    }

    /// <summary>Opens the message of a row that has its MIME tree and prefix; null when it is gone.</summary>
    public static MessageText? Open(Account account, MessageRow row) =>
        account.OpenContent(row) is { } content ? new(content, MimeTreeCodec.Decode(row.MimeTree).Root) : null;

    /// <summary>Whether a field of this name holds the text, whatever its case; with an empty text, whether there is one.</summary>
    public bool HeaderContains(string field, string text)
    {
        string folded = UnicodeCasemap.Fold(text);
        foreach (var header in new HeaderBlock(_text.Header))
        {
            if (header.Is(field)
                && (folded.Length == 0 || UnicodeCasemap.Fold(header.DecodedText()).Contains(folded, StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Whether the body holds the text, whatever its case: decoded text parts, and headers of messages within it (RFC 3501 section 6.4.4),
    /// or, with <paramref name="inHeader"/>, the header does.
    /// </summary>
    public bool Contains(string text, bool inHeader) =>
        _text.Contains(UnicodeCasemap.Fold(text), inHeader ? TextScope.HeaderAndBody : TextScope.Body);

    public void Dispose() => _content.Dispose();
}
