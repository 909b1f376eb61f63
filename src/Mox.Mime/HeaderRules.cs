namespace Mox.Mime;

/// <summary>What strict mode asks of header blocks (RFC 5322 sections 2.2, 3.6, RFC 2045 section 3).</summary>
internal static class HeaderRules
{
    /// <summary>Checks the first line of a field.</summary>
    public static void Check(
        ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, FieldId id, long offset, bool isMessage, HashSet<FieldId> seen,
        ProblemList problems)
    {
        if (line.Length > name.Length && line[name.Length] != ':')
        {
            problems.Add(offset, "white space stands before the colon of a field");
        }
        if (id != FieldId.None && (isMessage || id < FieldId.Date) && seen.Contains(id))
        {
            problems.Add(offset, $"the field {System.Text.Encoding.ASCII.GetString(name)} is there twice");
        }
        if (!System.Text.Ascii.IsValid(line) && !IsUtf8(line))
        {
            problems.Add(offset, "a header line is neither ASCII nor UTF-8");
        }
    }

    /// <summary>Checks what a message must have.</summary>
    public static void CheckMessage(MimePart message, HashSet<FieldId> seen, ProblemList problems)
    {
        if (!seen.Contains(FieldId.Date))
        {
            problems.Add(message.HeaderStart, "the field Date is missing");
        }
        else if (message.Envelope?.Date is null)
        {
            problems.Add(message.HeaderStart, "the field Date is malformed");
        }
        if (!seen.Contains(FieldId.From))
        {
            problems.Add(message.HeaderStart, "the field From is missing");
        }
        else if (message.Envelope is { } envelope && !envelope.From.Any(a => a.IsMailbox && a.Host is not null))
        {
            problems.Add(message.HeaderStart, "the field From has no address");
        }
    }

    // The beginning of a long line may end inside a character.
    private static bool IsUtf8(ReadOnlySpan<byte> line)
    {
        for (var cut = 0; cut < (line[^1] == '\n' ? 1 : Math.Min(4, line.Length)); cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(line[..^cut]))
            {
                return true;
            }
        }
        return false;
    }
}
