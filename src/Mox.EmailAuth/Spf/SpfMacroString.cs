using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mox.EmailAuth.Spf;

/// <summary>A text with macros (RFC 7208 section 7).</summary>
public sealed class SpfMacroString
{
    // A name is that long at most; longer ones lose labels at the left (RFC 7208 section 7.3).
    private const int MaxName = 253;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    private readonly List<Part> _parts = [];

    private SpfMacroString(string text) => Text = text;

    /// <summary>As it was published.</summary>
    public string Text { get; }

    /// <summary>Whether the sender's local-part goes into it.</summary>
    public bool UsesLocalPart => _parts.Exists(part => part.Letter is 's' or 'l');

    /// <summary>Whether the client's own name goes into it, which takes questions.</summary>
    public bool UsesClientName => _parts.Exists(part => part.Letter == 'p');

    /// <summary>Parses; the problem says what is wrong.</summary>
    public static bool TryParse(
        string text, SpfMacroUse use, [NotNullWhen(true)] out SpfMacroString? parsed, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        var macros = new SpfMacroString(text);
        problem = macros.Read(use);
        parsed = problem is null ? macros : null;
        return problem is null;
    }

    /// <summary>Puts values in place of the macros.</summary>
    /// <param name="value">The value of a macro by its lower-case letter.</param>
    public string Expand(Func<char, string> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part.Letter == 0 ? part.Literal : part.Transform(value(part.Letter)));
        }

        return text.ToString();
    }

    /// <summary>As <see cref="Expand"/>, cut to what a name can be: labels are taken off at the left.</summary>
    public string ExpandName(Func<char, string> value)
    {
        string name = Expand(value);
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        while (name.Length > MaxName && name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
        {
            name = name[(dot + 1)..];
        }

        return name;
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    private string? Read(SpfMacroUse use)
    {
        if (use == SpfMacroUse.Domain && Text.Length == 0)
        {
            return "a domain is missing";
        }

        var literal = new StringBuilder();
        for (int at = 0; at < Text.Length;)
        {
            char c = Text[at];
            if (c != '%')
            {
                if (c is < '!' or > '~' && !(c == ' ' && use == SpfMacroUse.Explanation))
                {
                    return "a character that may not be there";
                }

                literal.Append(c);
                at++;
                continue;
            }

            string? simple = at + 1 == Text.Length ? null : Text[at + 1] switch { '%' => "%", '_' => " ", '-' => "%20", _ => null };
            if (simple is not null)
            {
                literal.Append(simple);
                at += 2;
                continue;
            }

            int end = Text.IndexOf('}', at);
            if (at + 1 == Text.Length || Text[at + 1] != '{' || end < 0 || !Part.TryRead(Text.AsSpan(at + 2, end - at - 2), use, out var macro))
            {
                return "a bad macro";
            }

            Flush(literal);
            _parts.Add(macro);
            at = end + 1;
        }

        bool endsWithText = literal.Length > 0;
        Flush(literal);
        return use == SpfMacroUse.Domain && endsWithText && !EndsWithMacro() && !EndsWithTopLabel(_parts[^1].Literal) ? "no domain" : null;
    }

    private void Flush(StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            _parts.Add(new Part(literal.ToString()));
            literal.Clear();
        }
    }

    // %%, %_ and %- are macros too in the grammar of domain-end.
    private bool EndsWithMacro() => Text.EndsWith("%%", StringComparison.Ordinal) || Text.EndsWith("%_", StringComparison.Ordinal) || Text.EndsWith("%-", StringComparison.Ordinal);

    // domain-end = "." toplabel [ "." ]; a toplabel has a letter, or a hyphen within.
    private static bool EndsWithTopLabel(string text)
    {
        text = text.EndsWith('.') ? text[..^1] : text;
        int dot = text.LastIndexOf('.');
        string label = text[(dot + 1)..];
        return dot >= 0 && label.Length > 0 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !label.All(char.IsAsciiDigit);
    }

    private readonly record struct Part(string Literal)
    {
        public char Letter { get; private init; }

        private bool IsEscaped { get; init; }

        private int Labels { get; init; }

        private bool IsReversed { get; init; }

        private string SplitAt { get; init; } = ".";

        // macro-letter transformers *delimiter
        public static bool TryRead(ReadOnlySpan<char> text, SpfMacroUse use, out Part part)
        {
            part = default;
            string letters = use == SpfMacroUse.Explanation ? "slodiphcrtv" : "slodiphv";
            if (text.IsEmpty || !letters.Contains(char.ToLowerInvariant(text[0]), StringComparison.Ordinal))
            {
                return false;
            }

            int at = 1, labels = 0;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                labels = Math.Min((labels * 10) + text[at++] - '0', MaxName);
            }

            bool isZero = at > 1 && labels == 0;
            bool isReversed = at < text.Length && text[at] is 'r' or 'R';
            var delimiters = text[(at + (isReversed ? 1 : 0))..];
            part = new Part("")
            {
                Letter = char.ToLowerInvariant(text[0]),
                IsEscaped = char.IsAsciiLetterUpper(text[0]),
                Labels = labels,
                IsReversed = isReversed,
                SplitAt = delimiters.IsEmpty ? "." : delimiters.ToString(),
            };
            return !isZero && delimiters.IndexOfAnyExcept(Delimiters) < 0;
        }

        public string Transform(string value)
        {
            if (Labels > 0 || IsReversed || SplitAt != ".")
            {
                string[] labels = value.Split(SplitAt.ToCharArray());
                if (IsReversed)
                {
                    Array.Reverse(labels);
                }

                value = string.Join('.', labels.TakeLast(Labels > 0 ? Labels : labels.Length));
            }

            return IsEscaped ? Uri.EscapeDataString(value) : value;
        }
    }
}
