using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>One message under search, whose file is opened when its row cannot answer.</summary>
internal sealed class SearchedMessage(Account account, MessageRow row) : IDisposable
{
    private const MessageColumns FileColumns = MessageColumns.MimeTree | MessageColumns.Prefix;
    private MessageText? _text;

    /// <summary>Its content was erased: it had to be looked into and could not.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The day in its Date header, or null.</summary>
    public DateOnly? SentDate => Search.SentDate.Of(row);

    /// <summary>Whether a field of this name holds a text, in any case; with an empty text, whether there is one.</summary>
    public bool HeaderContains(string field, string text)
    {
        if (row.UsualHeader is not { } usual || !UsualHeader.Has(field))
        {
            return Text()?.HeaderContains(field, text) ?? false;
        }
        string folded = UnicodeCasemap.Fold(text);
        foreach (var header in new HeaderBlock(usual))
        {
            if (header.Is(field)
                && (folded.Length == 0 || UnicodeCasemap.Fold(header.DecodedText()).Contains(folded, StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether its body, or with <paramref name="inHeader"/> its header, holds a text.</summary>
    public bool Contains(string text, bool inHeader) => Text()?.Contains(text, inHeader) ?? false;

    public void Dispose() => _text?.Dispose();

    private MessageText? Text()
    {
        if (_text is null && !IsGone)
        {
            var file = row.MimeTree is not null && row.Prefix is not null ? row : account.ReadRows([row.Id], FileColumns)[0];
            _text = file is null ? null : MessageText.Open(account, file);
            IsGone = _text is null;
        }
        return _text;
    }
}
