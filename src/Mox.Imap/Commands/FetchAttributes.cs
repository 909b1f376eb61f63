namespace Mox.Imap.Commands;

/// <summary>One kind of data item of FETCH.</summary>
internal enum FetchItemKind
{
    Uid,
    Flags,
    InternalDate,
    SaveDate,
    Size,
    Envelope,
    Body,
    BodyStructure,
    ModSeq,
    Preview,
    EmailId,
    ThreadId,
    Section,
    Binary,
    BinarySize,
}

/// <summary>One data item of FETCH; <see cref="Section"/> only for what comes from the message's bytes.</summary>
internal readonly record struct FetchItem(FetchItemKind Kind, BodySection? Section = null);

/// <summary>What FETCH wants of each message (RFC 3501 section 6.4.5).</summary>
internal sealed class FetchAttributes
{
    // A command line is bounded, but not what each item costs.
    private const int MaxItems = 500;

    private FetchAttributes(List<FetchItem> items) => Items = items;

    /// <summary>In the order that the client asked for, each once.</summary>
    public List<FetchItem> Items { get; }

    /// <summary>Whether the message becomes \Seen.</summary>
    public bool SetsSeen => Items.Exists(i => i.Section is { Peek: false });

    public bool Has(FetchItemKind kind) => Items.Exists(i => i.Kind == kind);

    /// <summary>A macro, one item, or items in parentheses.</summary>
    public static FetchAttributes Parse(ref ImapScanner input)
    {
        var items = new List<FetchItem>();
        if (input.TryByte((byte)'('))
        {
            do
            {
                Add(items, Item(ref input));
                if (items.Count > MaxItems)
                {
                    throw input.Expected($"at most {MaxItems} items");
                }
            }
            while (input.TrySpace());
            input.Byte((byte)')');
        }
        else if (!TryMacro(ref input, items))
        {
            items.Add(Item(ref input));
        }
        return new(items);
    }

    /// <summary>With one more item, in front, unless it is there: UID FETCH, CHANGEDSINCE.</summary>
    public void Ensure(FetchItemKind kind, bool first)
    {
        if (!Has(kind))
        {
            Items.Insert(first ? 0 : Items.Count, new(kind));
        }
    }

    private static void Add(List<FetchItem> items, FetchItem item)
    {
        if (item.Section is not null || !items.Exists(i => i.Kind == item.Kind))
        {
            items.Add(item);
        }
    }

    private static bool TryMacro(ref ImapScanner input, List<FetchItem> items)
    {
        FetchItemKind[] fast = [FetchItemKind.Flags, FetchItemKind.InternalDate, FetchItemKind.Size];
        FetchItemKind[]? macro = input.TryWord("FAST"u8) ? fast
            : input.TryWord("ALL"u8) ? [.. fast, FetchItemKind.Envelope]
            : input.TryWord("FULL"u8) ? [.. fast, FetchItemKind.Envelope, FetchItemKind.Body]
            : null;
        items.AddRange((macro ?? []).Select(k => new FetchItem(k)));
        return macro is not null;
    }

    private static FetchItem Item(ref ImapScanner input)
    {
        // The bracket of BODY[ is an ATOM-CHAR, so the names are taken as text, the longest first.
        if (input.TryText("BODY.PEEK"u8))
        {
            return new(FetchItemKind.Section, BodySection.Parse(ref input, peek: true));
        }
        if (input.TryText("BODYSTRUCTURE"u8))
        {
            return Whole(ref input, new(FetchItemKind.BodyStructure));
        }
        if (input.TryText("BODY"u8))
        {
            return input.Peek((byte)'[')
                ? new(FetchItemKind.Section, BodySection.Parse(ref input, peek: false))
                : Whole(ref input, new(FetchItemKind.Body));
        }
        if (BinaryItem.TryParse(ref input) is { } binary)
        {
            return binary;
        }
        int start = input.Position;
        string name = input.Word();
        return name switch
        {
            "UID" => new(FetchItemKind.Uid),
            "FLAGS" => new(FetchItemKind.Flags),
            "INTERNALDATE" => new(FetchItemKind.InternalDate),
            "SAVEDATE" => new(FetchItemKind.SaveDate),
            "RFC822.SIZE" => new(FetchItemKind.Size),
            "ENVELOPE" => new(FetchItemKind.Envelope),
            "MODSEQ" => new(FetchItemKind.ModSeq),
            "PREVIEW" => PreviewItem.Parse(ref input),
            "EMAILID" => new(FetchItemKind.EmailId),
            "THREADID" => new(FetchItemKind.ThreadId),
            "RFC822" => new(FetchItemKind.Section, BodySection.Old(name, SectionText.All, peek: false)),
            "RFC822.HEADER" => new(FetchItemKind.Section, BodySection.Old(name, SectionText.Header, peek: true)),
            "RFC822.TEXT" => new(FetchItemKind.Section, BodySection.Old(name, SectionText.Text, peek: false)),
            _ => throw new ImapSyntaxException("expected a data item of FETCH", start),
        };
    }

    private static FetchItem Whole(ref ImapScanner input, FetchItem item) =>
        input.AtEnd || input.Peek((byte)' ') || input.Peek((byte)')') ? item : throw input.Expected("a data item of FETCH");
}
