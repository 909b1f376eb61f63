namespace Mox.Imap.Search;

/// <summary>What is asked of a result (RFC 4731 section 3.1, RFC 5182 section 2, RFC 5267 section 4, RFC 9394 section 3.1).</summary>
[Flags]
internal enum SearchReturnItems
{
    None = 0,
    Min = 1,
    Max = 2,
    All = 4,
    Count = 8,

    /// <summary>The result becomes <c>$</c>.</summary>
    Save = 16,

    /// <summary>A window of the result.</summary>
    Partial = 32,

    /// <summary>A hint that the same will be asked again.</summary>
    Context = 64,

    /// <summary>Changes of the result are told as they happen.</summary>
    Update = 128,
}

/// <summary>The options in <c>RETURN (...)</c> of SEARCH, SORT, THREAD and ESEARCH (RFC 4466 section 2.6.1).</summary>
/// <param name="Items">What is asked.</param>
/// <param name="Partial">The window of <see cref="SearchReturnItems.Partial"/>.</param>
internal sealed record SearchReturn(SearchReturnItems Items, PartialRange Partial = default)
{
    private const SearchReturnItems Told = SearchReturnItems.Min | SearchReturnItems.Max | SearchReturnItems.All
        | SearchReturnItems.Count | SearchReturnItems.Partial;

    private static readonly Dictionary<string, SearchReturnItems> Names = new(StringComparer.Ordinal)
    {
        ["MIN"] = SearchReturnItems.Min,
        ["MAX"] = SearchReturnItems.Max,
        ["ALL"] = SearchReturnItems.All,
        ["COUNT"] = SearchReturnItems.Count,
        ["SAVE"] = SearchReturnItems.Save,
        ["PARTIAL"] = SearchReturnItems.Partial,
        ["CONTEXT"] = SearchReturnItems.Context,
        ["UPDATE"] = SearchReturnItems.Update,
    };

    /// <summary>All messages: what <c>RETURN ()</c> and, for IMAP4rev2, no RETURN at all mean.</summary>
    public static SearchReturn Everything { get; } = new(SearchReturnItems.All);

    /// <summary>Whether an ESEARCH response is due: not for SAVE alone (RFC 5182 section 2.1).</summary>
    public bool HasResponse => (Items & Told) != 0;

    /// <summary>How much of the result these options need.</summary>
    public SearchExtent Extent => Has(SearchReturnItems.All | SearchReturnItems.Count | SearchReturnItems.Partial) ? SearchExtent.All
        : (Has(SearchReturnItems.Min), Has(SearchReturnItems.Max)) switch
        {
            (true, true) => SearchExtent.Ends,
            (true, false) => SearchExtent.First,
            (false, true) => SearchExtent.Last,
            _ => SearchExtent.All,
        };

    /// <summary>Takes <c>RETURN (...)</c> and the space after it; null when there is none.</summary>
    public static SearchReturn? TryParse(ref ImapScanner input)
    {
        if (!input.TryWord("RETURN"u8))
        {
            return null;
        }
        input.Space();
        input.Byte((byte)'(');
        var items = SearchReturnItems.None;
        var partial = default(PartialRange);
        while (!input.TryByte((byte)')'))
        {
            if (items != SearchReturnItems.None)
            {
                input.Space();
            }
            int start = input.Position;
            if (!Names.TryGetValue(input.Word(), out var item) || (items & item) != 0)
            {
                throw new ImapSyntaxException("expected an option of RETURN, each once", start);
            }
            items |= item;
            if (item == SearchReturnItems.Partial)
            {
                input.Space();
                partial = PartialRange.Parse(ref input);
            }
        }
        if ((items & SearchReturnItems.All) != 0 && (items & SearchReturnItems.Partial) != 0)
        {
            throw new ImapSyntaxException("ALL and PARTIAL exclude each other", input.Position);
        }
        input.Space();
        bool asksNothing = (items & (Told | SearchReturnItems.Save)) == 0;
        return new(asksNothing ? items | SearchReturnItems.All : items, partial);
    }

    public bool Has(SearchReturnItems item) => (Items & item) != 0;
}
