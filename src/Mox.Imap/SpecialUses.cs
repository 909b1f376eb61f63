using Mox.Store;

namespace Mox.Imap;

/// <summary>Special-use attributes on the wire (RFC 6154 section 2).</summary>
internal static class SpecialUses
{
    private static readonly (string Name, SpecialUse Use)[] All =
    [
        ("Archive", SpecialUse.Archive), ("Drafts", SpecialUse.Drafts), ("Junk", SpecialUse.Junk),
        ("Sent", SpecialUse.Sent), ("Trash", SpecialUse.Trash),
    ];

    /// <summary>The role of this name, without its backslash; null for others.</summary>
    public static SpecialUse? Of(string name)
    {
        foreach (var (known, use) in All)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return use;
            }
        }
        return null;
    }

    /// <summary>Writes <c> \Sent</c> for each role.</summary>
    public static void Write(ImapWriter writer, SpecialUse uses)
    {
        foreach (var (name, use) in All)
        {
            if ((uses & use) != 0)
            {
                writer.Raw(" \\"u8).Raw(name);
            }
        }
    }
}
