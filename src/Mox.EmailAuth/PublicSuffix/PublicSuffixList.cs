using System.Collections.Frozen;
using Mox.Addresses;

namespace Mox.EmailAuth.PublicSuffix;

/// <summary>
/// Under which names people register their own (https://publicsuffix.org): what tells one owner's domain from another's.
/// </summary>
/// <remarks>Immutable. The list that is shipped stands beside this file, with its licence; eng/update-public-suffix-list replaces it.</remarks>
public sealed class PublicSuffixList
{
    private static readonly Lazy<PublicSuffixList> Shipped = new(Load);

    private readonly FrozenDictionary<string, Rule> _rules;

    private PublicSuffixList(Dictionary<string, Rule> rules) => _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    [Flags]
    private enum Rule
    {
        Suffix = 1,

        /// <summary>Every name right below is one.</summary>
        Wildcard = 2,

        /// <summary>This one is none, whatever the wildcard says.</summary>
        Exception = 4,
    }

    /// <summary>The list that is shipped.</summary>
    public static PublicSuffixList Default => Shipped.Value;

    /// <summary>Reads a list; rules that are no names are passed over.</summary>
    public static PublicSuffixList Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Dictionary<string, Rule> rules = new(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            string rule = line.Trim().ToString();
            int space = rule.IndexOfAny([' ', '\t']);
            rule = space < 0 ? rule : rule[..space];
            var kind = rule.StartsWith("*.", StringComparison.Ordinal) ? Rule.Wildcard : rule.StartsWith('!') ? Rule.Exception : Rule.Suffix;
            string name = rule.TrimStart('!', '*', '.');
            if (!rule.StartsWith("//", StringComparison.Ordinal) && Domain.TryParseLax(name, out var domain))
            {
                rules[domain.Ascii] = rules.GetValueOrDefault(domain.Ascii) | kind;
            }
        }

        return new PublicSuffixList(rules);
    }

    /// <summary>The public suffix of a domain, which may be the domain itself.</summary>
    public Domain PublicSuffix(Domain domain)
    {
        string name = domain.Ascii;
        // From the longest name to the shortest: the first rule that holds is the one with the most labels.
        string below = "";
        for (string at = name; ; below = at, at = at[(at.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            var rule = _rules.GetValueOrDefault(at);
            if ((rule & Rule.Exception) != 0)
            {
                return Parsed(at[(at.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            }

            if ((rule & Rule.Wildcard) != 0 && below.Length > 0)
            {
                return Parsed(below);
            }

            // The last label is one by the rule for those that nobody lists.
            if ((rule & Rule.Suffix) != 0 || !at.Contains('.', StringComparison.Ordinal))
            {
                return Parsed(at);
            }
        }
    }

    /// <summary>Whether people register names right below this one.</summary>
    public bool IsPublicSuffix(Domain domain) => !domain.IsEmpty && PublicSuffix(domain) == domain;

    /// <summary>
    /// The domain that an owner registered, one label below the public suffix (RFC 7489 section 3.2); the domain itself when it is a
    /// public suffix.
    /// </summary>
    public Domain OrganizationalDomain(Domain domain)
    {
        if (domain.IsEmpty)
        {
            return domain;
        }

        var suffix = PublicSuffix(domain);
        if (suffix == domain)
        {
            return domain;
        }

        string rest = domain.Ascii[..^(suffix.Ascii.Length + 1)];
        return Parsed($"{rest[(rest.LastIndexOf('.') + 1)..]}.{suffix.Ascii}");
    }

    private static Domain Parsed(string name) => Domain.TryParseLax(name, out var domain) ? domain : default;

    private static PublicSuffixList Load()
    {
        using var stream = typeof(PublicSuffixList).Assembly.GetManifestResourceStream("public_suffix_list.dat")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
