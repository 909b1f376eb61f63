namespace Mox.Mime;

/// <summary>
/// Address lists of headers, with groups, comments, source routes and what else is seen (RFC 5322 sections 3.4 and
/// 4.4).
/// </summary>
/// <remarks>Never fails: what is no address becomes an entry without host. Linear, without recursion.</remarks>
public static class AddressListParser
{
    /// <summary>Parses an unfolded list; entries past <paramref name="maxEntries"/> are left out.</summary>
    public static IReadOnlyList<EmailAddress> Parse(string text, int maxEntries = 10_000)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ParseList(text, maxEntries);
    }

    internal static List<EmailAddress> ParseList(string text, int maxEntries)
    {
        var entries = new List<EmailAddress>();
        var scanner = new AddressScanner(text);
        var inGroup = false;
        while (entries.Count < maxEntries && scanner.Next(inGroup, out var entry))
        {
            inGroup = entry.Kind switch
            {
                EmailAddressKind.GroupStart => true,
                EmailAddressKind.GroupEnd => false,
                _ => inGroup,
            };
            entries.Add(entry);
        }
        if (inGroup)
        {
            entries.Add(new EmailAddress { Kind = EmailAddressKind.GroupEnd });
        }
        return entries;
    }
}
