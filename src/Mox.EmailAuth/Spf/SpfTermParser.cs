using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mox.EmailAuth.Spf;

/// <summary>Parses directives (RFC 7208 section 12).</summary>
internal static class SpfTermParser
{
    private const string QualifierCharacters = "+-~?";

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryDirective(string term, [NotNullWhen(true)] out SpfDirective? directive, [NotNullWhen(false)] out string? problem)
    {
        bool hasQualifier = QualifierCharacters.Contains(term[0], StringComparison.Ordinal);
        var qualifier = term[0] switch
        {
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => SpfResult.Pass,
        };
        directive = TryMechanism(term.AsSpan(hasQualifier ? 1 : 0), out var mechanism, out problem) ? new SpfDirective(qualifier, mechanism, term) : null;
        problem = directive is null ? $"{term}: {problem}" : null;
        return directive is not null;
    }

    private static bool TryMechanism(ReadOnlySpan<char> text, [NotNullWhen(true)] out SpfMechanism? mechanism, out string? problem)
    {
        int end = text.IndexOfAny(':', '/');
        string name = (end < 0 ? text : text[..end]).ToString().ToLowerInvariant();
        var rest = end < 0 ? "" : text[end..];
        mechanism = null;
        problem = "no such mechanism";
        switch (name)
        {
            case "all":
                problem = "nothing may follow";
                mechanism = rest.IsEmpty ? new SpfAll() : null;
                break;
            case "ip4" or "ip6":
                mechanism = Network(rest, name == "ip4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, out problem);
                break;
            case "a" or "mx":
                if (TryPrefixes(ref rest, out var prefixes, out problem) && TryTarget(rest, isNeeded: false, out var host, out problem))
                {
                    mechanism = name == "a" ? new SpfHost(host, prefixes) : new SpfMailHosts(host, prefixes);
                }

                break;
            case "ptr":
                mechanism = TryTarget(rest, isNeeded: false, out var domain, out problem) ? new SpfPtr(domain) : null;
                break;
            case "include":
                mechanism = TryTarget(rest, isNeeded: true, out var included, out problem) ? new SpfInclude(included!) : null;
                break;
            case "exists":
                mechanism = TryTarget(rest, isNeeded: true, out var existing, out problem) ? new SpfExists(existing!) : null;
                break;
        }

        return mechanism is not null;
    }

    private static bool TryTarget(ReadOnlySpan<char> rest, bool isNeeded, out SpfMacroString? target, out string? problem)
    {
        target = null;
        problem = isNeeded ? "a domain must follow" : null;
        if (rest.IsEmpty)
        {
            return !isNeeded;
        }

        if (rest[0] != ':')
        {
            problem = "nothing but a domain may follow";
            return false;
        }

        return SpfMacroString.TryParse(rest[1..].ToString(), SpfMacroUse.Domain, out target, out problem);
    }

    // [ ip4-cidr-length ] [ "/" ip6-cidr-length ] at the end: "/24", "//64", "/24//64".
    private static bool TryPrefixes(ref ReadOnlySpan<char> rest, out SpfPrefixes prefixes, out string? problem)
    {
        prefixes = SpfPrefixes.Whole;
        int v6 = 128, v4 = 32;
        problem = TryPrefix(ref rest, isV6: true, ref v6) && TryPrefix(ref rest, isV6: false, ref v4) ? null : "a bad prefix length";
        prefixes = new SpfPrefixes(v4, v6);
        return problem is null;
    }

    private static bool TryPrefix(ref ReadOnlySpan<char> rest, bool isV6, ref int length)
    {
        int slash = rest.LastIndexOf('/');
        // A slash may stand in names and in macros, too.
        if (slash < 0 || rest[slash..].ContainsAny('}', '.'))
        {
            return true;
        }

        bool isDouble = slash > 0 && rest[slash - 1] == '/';
        if (isDouble != isV6)
        {
            return isV6;
        }

        bool isNumber = TryNumber(rest[(slash + 1)..], length, out length);
        rest = rest[..(isV6 ? slash - 1 : slash)];
        return isNumber;
    }

    private static SpfNetwork? Network(ReadOnlySpan<char> rest, AddressFamily family, out string? problem)
    {
        bool isV4 = family == AddressFamily.InterNetwork;
        problem = "a network must follow";
        if (rest.IsEmpty || rest[0] != ':')
        {
            return null;
        }

        rest = rest[1..];
        int slash = rest.IndexOf('/');
        int length = isV4 ? 32 : 128;
        if (slash >= 0 && !TryNumber(rest[(slash + 1)..], length, out length))
        {
            problem = "a bad prefix length";
            return null;
        }

        var text = slash < 0 ? rest : rest[..slash];
        problem = "a bad address";
        bool isAddress = isV4 ? IsDottedQuad(text) : text.IndexOfAnyExcept(AddressCharacters) < 0 && text.Contains(':');
        return isAddress && IPAddress.TryParse(text, out var address) && address.AddressFamily == family ? new SpfNetwork(address, length) : null;
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        int parts = 0;
        foreach (var part in text.Split('.'))
        {
            parts++;
            if (!TryNumber(text[part], 255, out _))
            {
                return false;
            }
        }

        return parts == 4;
    }

    // "0" or a number that does not begin with it.
    private static bool TryNumber(ReadOnlySpan<char> text, int max, out int value)
    {
        value = 0;
        return text.Length is > 0 and <= 3 && (text[0] != '0' || text.Length == 1)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
    }
}
