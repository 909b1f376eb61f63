namespace Mox.Imap.Sorting;

/// <summary>What messages can be sorted by (RFC 5256 section 3, RFC 5957 section 3).</summary>
internal enum SortKey
{
    Arrival,
    Cc,
    Date,
    DisplayFrom,
    DisplayTo,
    From,
    Size,
    Subject,
    To,
}

/// <summary>One key of SORT, and whether it is turned round.</summary>
internal readonly record struct SortCriterion(SortKey Key, bool Reverse)
{
    private static readonly Dictionary<string, SortKey> Names = new(StringComparer.Ordinal)
    {
        ["ARRIVAL"] = SortKey.Arrival,
        ["CC"] = SortKey.Cc,
        ["DATE"] = SortKey.Date,
        ["DISPLAYFROM"] = SortKey.DisplayFrom,
        ["DISPLAYTO"] = SortKey.DisplayTo,
        ["FROM"] = SortKey.From,
        ["SIZE"] = SortKey.Size,
        ["SUBJECT"] = SortKey.Subject,
        ["TO"] = SortKey.To,
    };

    /// <summary>
    /// sort-criteria = "(" sort-criterion *(SP sort-criterion) ")". A key that came before cannot change the order any more and is dropped.
    /// </summary>
    public static List<SortCriterion> ParseAll(ref ImapScanner input)
    {
        var criteria = new List<SortCriterion>();
        input.Byte((byte)'(');
        do
        {
            bool reverse = input.TryWord("REVERSE"u8);
            if (reverse)
            {
                input.Space();
            }
            int start = input.Position;
            if (!Names.TryGetValue(input.Word(), out var key))
            {
                throw new ImapSyntaxException("expected a sort key", start);
            }
            if (!criteria.Exists(c => c.Key == key))
            {
                criteria.Add(new(key, reverse));
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return criteria;
    }
}
