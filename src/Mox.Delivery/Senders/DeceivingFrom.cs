using Mox.Mime;

namespace Mox.Delivery.Senders;

/// <summary>
/// From fields that show readers another author than the one that is checked: DMARC says nothing of them (RFC 7489 section 6.6.1), so they
/// would be the way around it.
/// </summary>
internal static class DeceivingFrom
{
    // More authors than anybody names.
    private const int MaxAuthors = 100;

    /// <summary>How the From of a message deceives; empty when it does not.</summary>
    public static string Problem(HeaderBlock header)
    {
        if (header.First("From") is not { } from)
        {
            return "";
        }

        if (header.Count("From") > 1)
        {
            return "it has more than one From field (RFC 5322 section 3.6)";
        }

        string text = from.Text();
        if (text.Any(c => char.IsControl(c) && c != '\t'))
        {
            return "its From field has control characters";
        }

        var domains = AddressListParser.Parse(text, MaxAuthors)
            .Select(entry => entry.TryGetAddress(out var address) ? address.Domain : default)
            .Where(domain => !domain.IsEmpty);
        return domains.Distinct().Count() > 1 ? "its From field names authors of several domains, which nobody can prove" : "";
    }
}
