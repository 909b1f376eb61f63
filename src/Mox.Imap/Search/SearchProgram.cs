namespace Mox.Imap.Search;

/// <summary>search-program = ["CHARSET" SP charset SP] search-key *(SP search-key) (RFC 9051 section 9), of SEARCH, ESEARCH, SORT, THREAD.</summary>
internal sealed class SearchProgram
{
    private readonly SearchKey? _key;
    private readonly bool _namesCharset;

    private SearchProgram(SearchKey? key, bool namesCharset) => (_key, _namesCharset) = (key, namesCharset);

    /// <summary>To the end of the command; the charset is optional.</summary>
    public static SearchProgram Parse(ref ImapScanner input)
    {
        if (!input.TryWord("CHARSET"u8))
        {
            return new(SearchKey.ParseAll(ref input), namesCharset: false);
        }
        input.Space();
        return ParseAfterCharset(ref input, namesCharset: true);
    }

    /// <summary>SORT and THREAD name a charset always, without a word before it (RFC 5256 section 3).</summary>
    public static SearchProgram ParseWithCharset(ref ImapScanner input) => ParseAfterCharset(ref input, namesCharset: false);

    /// <summary>The criteria.</summary>
    /// <exception cref="ImapNoException">The charset is not one of ours.</exception>
    public SearchKey Key => _key ?? throw new ImapNoException(ResponseCodes.BadCharset, "strings are UTF-8 or ASCII");

    /// <summary>This, unless a charset is named though strings are UTF-8 by UTF8=ACCEPT: that is an error (RFC 6855 section 3).</summary>
    /// <exception cref="ImapSyntaxException">It is named. IMAP4rev2 allows that (RFC 9051 section 6.4.4).</exception>
    public SearchProgram For(ImapSession session) => _namesCharset && session is { Utf8Enabled: true, Rev2: false }
        ? throw new ImapSyntaxException("no CHARSET after UTF8=ACCEPT") : this;

    private static SearchProgram ParseAfterCharset(ref ImapScanner input, bool namesCharset)
    {
        string charset = input.Astring();
        if (!charset.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("UTF-8", StringComparison.OrdinalIgnoreCase))
        {
            // What follows is in that charset.
            input.SkipRest();
            return new(null, namesCharset);
        }
        input.Space();
        return new(SearchKey.ParseAll(ref input), namesCharset);
    }
}
