namespace Mox.Imap.Commands;

/// <summary>Which mailboxes an extended LIST is about (RFC 5258 section 3.1, RFC 6154 section 2).</summary>
[Flags]
internal enum ListSelection
{
    None = 0,
    Subscribed = 1,

    /// <summary>There are no mailboxes on other servers, so it selects nothing more.</summary>
    Remote = 2,

    /// <summary>Also names above those that are selected.</summary>
    RecursiveMatch = 4,
    SpecialUse = 8,

    /// <summary>Those that decide about a mailbox.</summary>
    Criteria = Subscribed | SpecialUse,
}

/// <summary>What an extended LIST tells of each mailbox (RFC 5258 section 3.2), beside what it always tells.</summary>
internal sealed record ListReturn
{
    public static ListReturn Nothing { get; } = new();

    public bool Subscribed { get; init; }

    public bool Children { get; init; }

    /// <summary>LIST-STATUS (RFC 5819 section 2).</summary>
    public List<string>? Status { get; init; }

    /// <summary>LIST-METADATA (RFC 9590 section 3).</summary>
    public List<string>? Metadata { get; init; }
}

/// <summary>A LIST as the client sent it.</summary>
internal sealed record ListRequest(string Reference, List<string> Patterns, ListSelection Selection, ListReturn Return, bool IsExtended)
{
    // Each pattern is tried on each mailbox.
    private const int MaxPatterns = 50;

    public static ListRequest Parse(ref ImapScanner input)
    {
        input.Space();
        var selection = ListSelection.None;
        bool extended = input.Peek((byte)'(');
        if (extended)
        {
            selection = ParseSelection(ref input);
            input.Space();
        }
        string reference = input.Mailbox();
        input.Space();
        extended |= input.Peek((byte)'(');
        var patterns = ParsePatterns(ref input);
        var @return = ListReturn.Nothing;
        if (input.TrySpace())
        {
            extended = true;
            @return = ParseReturn(ref input);
        }
        return new(reference, patterns, selection, @return, extended);
    }

    private static ListSelection ParseSelection(ref ImapScanner input)
    {
        var selection = ListSelection.None;
        int start = input.Position;
        foreach (string word in Words(ref input))
        {
            // What is not known must not be ignored (RFC 5258 section 3).
            selection |= word switch
            {
                "SUBSCRIBED" => ListSelection.Subscribed,
                "REMOTE" => ListSelection.Remote,
                "RECURSIVEMATCH" => ListSelection.RecursiveMatch,
                "SPECIAL-USE" => ListSelection.SpecialUse,
                _ => throw new ImapSyntaxException("expected a selection option of LIST", start),
            };
        }
        return selection.HasFlag(ListSelection.RecursiveMatch) && (selection & ListSelection.Criteria) == 0
            ? throw new ImapSyntaxException("RECURSIVEMATCH needs another selection option", start) : selection;
    }

    private static List<string> Words(ref ImapScanner input)
    {
        var words = new List<string>();
        input.Byte((byte)'(');
        while (!input.TryByte((byte)')'))
        {
            if (words.Count > 0)
            {
                input.Space();
            }
            words.Add(input.Word());
        }
        return words;
    }

    private static List<string> ParsePatterns(ref ImapScanner input)
    {
        if (!input.TryByte((byte)'('))
        {
            return [input.ListMailbox()];
        }
        var patterns = new List<string>();
        do
        {
            patterns.Add(input.ListMailbox());
            if (patterns.Count > MaxPatterns)
            {
                throw input.Expected($"at most {MaxPatterns} patterns");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return patterns;
    }

    private static ListReturn ParseReturn(ref ImapScanner input)
    {
        if (!input.TryWord("RETURN"u8))
        {
            throw input.Expected("RETURN");
        }
        input.Space();
        input.Byte((byte)'(');
        var @return = ListReturn.Nothing;
        for (bool first = true; !input.TryByte((byte)')'); first = false)
        {
            if (!first)
            {
                input.Space();
            }
            int start = input.Position;
            switch (input.Word())
            {
                case "SUBSCRIBED":
                    @return = @return with { Subscribed = true };
                    break;
                case "CHILDREN":
                    @return = @return with { Children = true };
                    break;
                case "SPECIAL-USE":
                    // It is always told.
                    break;
                case "STATUS":
                    input.Space();
                    @return = @return with { Status = StatusItems.Parse(ref input) };
                    break;
                case "METADATA":
                    input.Space();
                    @return = @return with { Metadata = MetadataEntries.Parse(ref input, roots: false) };
                    break;
                default:
                    throw new ImapSyntaxException("expected a return option of LIST", start);
            }
        }
        return @return;
    }
}
