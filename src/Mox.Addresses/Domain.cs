using System.Diagnostics.CodeAnalysis;

namespace Mox.Addresses;

/// <summary>
/// A domain name in both of its forms: A-labels for the wire and comparison, U-labels for people (RFC 5890 section
/// 2.3.2.1).
/// </summary>
/// <remarks>
/// Mapped by UTS 46, non-transitional. Never empty when it came from <see cref="Parse"/>, never with a trailing dot,
/// never an address
/// literal. Two domains are equal when their A-label forms are. <c>default</c> is no domain: <see cref="IsEmpty"/>.
/// </remarks>
public readonly record struct Domain : IComparable<Domain>
{
    /// <summary>The longest name in its ASCII form, without a trailing dot (RFC 1035 section 2.3.4).</summary>
    public const int MaxAsciiLength = 253;

    private readonly string? _ascii;
    private readonly string? _unicode;

    internal Domain(string ascii, string unicode)
    {
        _ascii = ascii;
        _unicode = unicode;
    }

    /// <summary>Lower-case A-labels and plain labels, as DNS, SMTP without SMTPUTF8 and TLS want it.</summary>
    public string Ascii => _ascii ?? "";

    /// <summary>The name with U-labels; the same as <see cref="Ascii"/> when no label is internationalised.</summary>
    public string Unicode => _unicode ?? "";

    /// <summary>Whether this is <c>default</c>, that is, no domain at all.</summary>
    public bool IsEmpty => _ascii is null;

    /// <summary>Whether some label is internationalised, so that the two forms differ.</summary>
    public bool IsInternational => !string.Equals(_ascii, _unicode, StringComparison.Ordinal);

    /// <summary>Parses a domain in U- or A-label form, in any case.</summary>
    /// <exception cref="FormatException">The text is no domain; the message says why.</exception>
    public static Domain Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DomainParser.TryParse(text, lax: false, out var domain, out var problem)
            ? domain
            : throw new FormatException($"Bad domain: {problem}.");
    }

    /// <summary>Parses a domain in U- or A-label form, in any case; false when the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Domain domain) => TryParse(text, out domain, out _);

    /// <summary>Like <see cref="TryParse(string?, out Domain)"/>, and says what is wrong.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Domain domain, [NotNullWhen(false)] out string? problem) =>
        DomainParser.TryParse(text, lax: false, out domain, out problem);

    /// <summary>
    /// Also takes what is seen in DNS and in greetings but is no host name: underscores, hyphens at the ends of a
    /// label, and an
    /// all-numeric last label.
    /// </summary>
    public static bool TryParseLax([NotNullWhen(true)] string? text, out Domain domain) =>
        DomainParser.TryParse(text, lax: true, out domain, out _);

    /// <summary>Whether this is <paramref name="parent"/> itself or a name below it.</summary>
    public bool IsOrIsUnder(Domain parent)
    {
        if (IsEmpty || parent.IsEmpty)
        {
            return false;
        }
        var (name, suffix) = (Ascii, parent.Ascii);
        return name.Length == suffix.Length
            ? name == suffix
            : name.Length > suffix.Length && name[name.Length - suffix.Length - 1] == '.' && name.EndsWith(suffix, StringComparison.Ordinal);
    }

    /// <summary>The name without its first label; <c>default</c> for a name of one label.</summary>
    public Domain Parent()
    {
        var dot = Ascii.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? default : new Domain(Ascii[(dot + 1)..], Unicode[(Unicode.IndexOf('.', StringComparison.Ordinal) + 1)..]);
    }

    /// <inheritdoc/>
    public bool Equals(Domain other) => string.Equals(_ascii, other._ascii, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => _ascii is null ? 0 : string.GetHashCode(_ascii, StringComparison.Ordinal);

    /// <summary>Ordinal order of the A-label forms.</summary>
    public int CompareTo(Domain other) => string.CompareOrdinal(Ascii, other.Ascii);

    /// <summary>Ordinal order of the A-label forms.</summary>
    public static bool operator <(Domain left, Domain right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the A-label forms.</summary>
    public static bool operator >(Domain left, Domain right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the A-label forms.</summary>
    public static bool operator <=(Domain left, Domain right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the A-label forms.</summary>
    public static bool operator >=(Domain left, Domain right) => left.CompareTo(right) >= 0;

    /// <summary>The form for people, <see cref="Unicode"/>.</summary>
    public override string ToString() => Unicode;
}
