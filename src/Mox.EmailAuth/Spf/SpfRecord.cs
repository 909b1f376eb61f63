using System.Diagnostics.CodeAnalysis;

namespace Mox.EmailAuth.Spf;

/// <summary>An SPF record (RFC 7208 section 4.5 and 12).</summary>
public sealed record SpfRecord
{
    private const string Version = "v=spf1";

    private SpfRecord(string text) => Text = text;

    /// <summary>As it is published.</summary>
    public string Text { get; }

    /// <summary>What is tried, in this order.</summary>
    public IReadOnlyList<SpfDirective> Directives { get; private init; } = [];

    /// <summary>Whose record holds where no directive matches; null for none (RFC 7208 section 6.1).</summary>
    public SpfMacroString? Redirect { get; private init; }

    /// <summary>Where the explanation of a fail is; null for none (RFC 7208 section 6.2).</summary>
    public SpfMacroString? Explanation { get; private init; }

    /// <summary>Whether a text is meant as an SPF record, good or bad: it says so with its first word.</summary>
    public static bool IsSpf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');
    }

    /// <summary>Parses a record; the problem names the term that is wrong.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpfRecord? record, [NotNullWhen(false)] out string? problem)
    {
        record = null;
        if (!IsSpf(text))
        {
            problem = $"the record does not begin with {Version}";
            return false;
        }

        List<SpfDirective> directives = [];
        SpfMacroString? redirect = null, explanation = null;
        foreach (string term in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = ModifierName(term);
            if (equals < 0)
            {
                if (!SpfTermParser.TryDirective(term, out var directive, out problem))
                {
                    return false;
                }

                directives.Add(directive);
                continue;
            }

            // Modifiers of other names are for other times: only their grammar counts (RFC 7208 section 6).
            string name = term[..equals].ToLowerInvariant(), value = term[(equals + 1)..];
            bool isKnown = name is "redirect" or "exp";
            if (!SpfMacroString.TryParse(value, isKnown ? SpfMacroUse.Domain : SpfMacroUse.Any, out var macros, out problem))
            {
                problem = $"{term}: {problem}";
                return false;
            }

            if ((name == "redirect" && redirect is not null) || (name == "exp" && explanation is not null))
            {
                problem = $"{name} stands there twice";
                return false;
            }

            redirect = name == "redirect" ? macros : redirect;
            explanation = name == "exp" ? macros : explanation;
        }

        problem = null;
        record = new SpfRecord(text) { Directives = directives, Redirect = redirect, Explanation = explanation };
        return true;
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    // name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ), then "="; -1 for what is no modifier.
    private static int ModifierName(string term)
    {
        int at = 0;
        while (at < term.Length && (char.IsAsciiLetter(term[at]) || (at > 0 && (char.IsAsciiDigit(term[at]) || term[at] is '-' or '_' or '.'))))
        {
            at++;
        }

        return at > 0 && at < term.Length && term[at] == '=' ? at : -1;
    }
}
