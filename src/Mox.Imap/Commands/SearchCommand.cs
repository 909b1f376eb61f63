namespace Mox.Imap.Commands;

/// <summary>SEARCH (RFC 3501 section 6.4.4), with MODSEQ (RFC 7162 section 3.1.5).</summary>
internal static class SearchCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("SEARCH", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static SearchRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        if (input.TryWord("CHARSET"u8))
        {
            if (input.Utf8Enabled)
            {
                // All strings are UTF-8 then, and naming a charset is an error (RFC 6855 section 3).
                throw input.Expected("no CHARSET after UTF8=ACCEPT");
            }
            input.Space();
            string charset = input.Astring();
            if (!charset.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase)
                && !charset.Equals("UTF-8", StringComparison.OrdinalIgnoreCase))
            {
                input.SkipRest();
                return new(null, uid);
            }
            input.Space();
        }
        return new(SearchKey.ParseAll(ref input), uid);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, SearchRequest request, CancellationToken cancellationToken)
    {
        var key = request.Key ?? throw new ImapNoException(ResponseCodes.BadCharset, "strings are UTF-8 or ASCII");
        var selected = session.Selected!;
        var search = new MessageSearch(session.Account, selected, key);
        if (search.UsesModSeq)
        {
            session.Enabled.EnableCondStore();
        }
        var found = await search.RunAsync(cancellationToken);

        // One line, however long: clients that take only the first are many.
        var writer = session.Writer.Raw("* SEARCH"u8);
        foreach (int index in found)
        {
            writer.Space().Number(request.Uid ? selected.Told.UidAt(index).Value : (uint)index + 1);
            await writer.FlushIfFullAsync(cancellationToken);
        }
        if (search.UsesModSeq && found.Count > 0)
        {
            writer.Raw(" (MODSEQ "u8).Number(search.HighestModSeq).Byte((byte)')');
        }
        writer.Line();
        return ImapReply.Ok("searched", search.MetGoneMessages && !request.Uid ? ResponseCodes.ExpungeIssued : null);
    }

    /// <summary>What to look for; no key when the charset is not one of ours.</summary>
    internal sealed record SearchRequest(SearchKey? Key, bool Uid);
}
