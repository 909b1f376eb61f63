using System.Globalization;
using System.Text;
using Mox.Addresses;

namespace Mox.Config;

/// <summary>How localparts of a domain are compared: normalised (NFC), after the domain's case rule, cut at its separators.</summary>
public static class AddressRules
{
    /// <summary>The form in which a localpart of this domain is looked up. Applying it twice changes nothing.</summary>
    public static LocalPart Canonical(LocalPart localPart, DomainConfig domain)
    {
        LocalPart folded = domain.LocalPartCaseSensitive ? localPart : localPart.Fold();
        string value = folded.Value;
        foreach (string separator in domain.LocalPartSeparators)
        {
            int at = value.IndexOf(separator, StringComparison.Ordinal);
            // A localpart that starts with the separator has no base to stand for, so it is a name of its own.
            if (at > 0)
            {
                value = value[..at];
            }
        }

        // What is cut off a valid localpart is valid.
        return value.Length == folded.Value.Length || !LocalPart.TryFromValue(value, out LocalPart cut, out _) ? folded : cut;
    }

    /// <summary>Whether it has control or format characters: direction marks, joiners, soft hyphens.</summary>
    internal static bool HasUnseen(string value) =>
        value.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control);

    /// <summary>
    /// What a reader could take the text for: compatibility forms, case, and characters that do not show are gone. Two configured names with
    /// one skeleton are refused. It is never used to look up mail: the Kelvin sign is K by NFC, but dotless i is not i.
    /// </summary>
    internal static string Skeleton(string value, bool keepCase)
    {
        var shown = new StringBuilder(value.Length);
        foreach (Rune rune in value.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control)
            {
                continue;
            }

            // Dotless i and dotted I fold to themselves, though they look like i; a dot above an i is already there.
            Rune plain = rune.Value switch { 0x131 => new Rune('i'), 0x1E9E => new Rune('\u00DF'), _ => rune };
            if (rune.Value == 0x307 && shown.Length > 0 && shown[^1] is 'i' or 'I')
            {
                continue;
            }

            shown.Append((keepCase ? plain : Rune.ToLowerInvariant(plain)).ToString());
        }

        return shown.ToString().Normalize(NormalizationForm.FormKC);
    }
}
