using System.Diagnostics.CodeAnalysis;
using Mox.Addresses;

namespace Mox.Mime;

/// <summary>
/// The one author that a message claims, for DMARC, submission checks and rules (RFC 5322 section 3.6.2, RFC 7489
/// section 6.6.1).
/// </summary>
public static class MessageFrom
{
    /// <summary>
    /// Reads the author. False, with the reason, when a reader could be shown another one than is checked: no From
    /// field or several, no
    /// address or several, a group, control characters, or an address that is none.
    /// </summary>
    public static bool TryRead(HeaderBlock header, out Address address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        problem = null;
        HeaderField? from = null;
        foreach (var field in header)
        {
            if (field.Is("From"))
            {
                if (from is not null)
                {
                    problem = "there is more than one From field";
                    return false;
                }
                from = field;
            }
        }
        if (from is null)
        {
            problem = "the From field is missing";
            return false;
        }
        var text = from.Value.Text();
        if (text.Any(c => char.IsControl(c) && c != '\t'))
        {
            problem = "the From field has a control character";
            return false;
        }
        var entries = AddressListParser.Parse(text, 3);
        if (entries.Count != 1)
        {
            problem = entries.Count == 0 ? "the From field has no address" : "the From field has more than one address, or a group";
            return false;
        }
        if (!entries[0].TryGetAddress(out address))
        {
            problem = "the From field has no valid address";
            return false;
        }
        return true;
    }
}
