namespace Mox.Imap.Commands;

/// <summary>The data item PREVIEW (RFC 8970 section 3): the first words of a message, from its row.</summary>
internal static class PreviewItem
{
    // (RFC 8970 section 3.1)
    private const int MaxCharacters = 200;

    /// <summary>Takes the modifiers after PREVIEW. LAZY asks for a preview that costs nothing: all are made at delivery.</summary>
    public static FetchItem Parse(ref ImapScanner input)
    {
        if (input.Rest.StartsWith(" ("u8))
        {
            input.Space();
            input.Byte((byte)'(');
            do
            {
                if (!input.TryWord("LAZY"u8))
                {
                    throw input.Expected("LAZY");
                }
            }
            while (input.TrySpace());
            input.Byte((byte)')');
        }
        return new(FetchItemKind.Preview);
    }

    /// <summary>At most 200 characters, none of them cut in two.</summary>
    public static string Cut(string preview)
    {
        int length = 0, count = 0;
        foreach (var rune in preview.EnumerateRunes())
        {
            if (count++ == MaxCharacters)
            {
                return preview[..length].TrimEnd();
            }
            length += rune.Utf16SequenceLength;
        }
        return preview;
    }
}
