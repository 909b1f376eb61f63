using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mox.Addresses;

/// <summary>
/// What stands before the @ of an address: unquoted, in NFC (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
/// </summary>
/// <remarks>
/// Compared exactly, by ordinal; whether case counts is the domain's rule: compare <see cref="Fold"/> where it does
/// not. The empty
/// localpart (<c>""@example.com</c>) is valid, and so is <c>default</c>, which equals it.
/// </remarks>
public readonly record struct LocalPart : IComparable<LocalPart>
{
    /// <summary>
    /// The longest localpart taken, in UTF-8 octets, unquoted; RFC 5321 section 4.5.3.1.1 asks for 64.
    /// </summary>
    public const int MaxOctets = 128;

    private readonly string? _value;

    internal LocalPart(string value) => _value = value;

    /// <summary>The localpart without quotes, in NFC.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether it is ASCII, so that it can be sent without SMTPUTF8.</summary>
    public bool IsAscii => Ascii.IsValid(Value);

    /// <summary>Parses a dot-string or a quoted-string.</summary>
    /// <exception cref="FormatException">The text is no localpart; the message says why.</exception>
    public static LocalPart Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var localPart, out var problem) ? localPart : throw new FormatException($"Bad localpart: {problem}.");
    }

    /// <summary>Parses a dot-string or a quoted-string; false when the text is neither.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LocalPart localPart) => TryParse(text, out localPart, out _);

    /// <summary>Like <see cref="TryParse(string?, out LocalPart)"/>, and says what is wrong.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, out LocalPart localPart, [NotNullWhen(false)] out string? problem)
    {
        localPart = default;
        if (text is null)
        {
            problem = "there is none";
            return false;
        }
        if (!TryParsePrefix(text, out localPart, out var length, out problem))
        {
            return false;
        }
        problem = length == text.Length ? null : $"unexpected character at {length}";
        return problem is null;
    }

    /// <summary>
    /// Parses the localpart at the start of <paramref name="text"/> and tells where it ends, for a grammar that goes on
    /// with
    /// <c>@domain</c>.
    /// </summary>
    public static bool TryParsePrefix(
        ReadOnlySpan<char> text, out LocalPart localPart, out int length, [NotNullWhen(false)] out string? problem) =>
        LocalPartParser.TryParsePrefix(text, out localPart, out length, out problem);

    /// <summary>
    /// Takes an unquoted value, as it is in <see cref="Value"/>: any text without control characters, of up to
    /// <see cref="MaxOctets"/>.
    /// </summary>
    public static bool TryFromValue(
        [NotNullWhen(true)] string? value, out LocalPart localPart, [NotNullWhen(false)] out string? problem) =>
        LocalPartParser.TryFromValue(value, out localPart, out problem);

    /// <summary>The localpart in lower case, to compare and to look up where the domain's rule ignores case.</summary>
    public LocalPart Fold() => new(Value.ToLowerInvariant().Normalize(NormalizationForm.FormC));

    /// <summary>
    /// A key that is equal for localparts which people or other programs could take for one another by case, width or
    /// other
    /// compatibility forms (NFKC, folded); two accounts must not share it. Not an address.
    /// </summary>
    public string ConfusableKey() => LocalPartParser.ConfusableKey(Value);

    /// <summary>Ordinal order of the values.</summary>
    public int CompareTo(LocalPart other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public bool Equals(LocalPart other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Value, StringComparison.Ordinal);

    /// <summary>Ordinal order of the values.</summary>
    public static bool operator <(LocalPart left, LocalPart right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the values.</summary>
    public static bool operator >(LocalPart left, LocalPart right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the values.</summary>
    public static bool operator <=(LocalPart left, LocalPart right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the values.</summary>
    public static bool operator >=(LocalPart left, LocalPart right) => left.CompareTo(right) >= 0;

    /// <summary>The localpart for an address: quoted when it is no dot-string.</summary>
    public override string ToString() => LocalPartParser.Quote(Value);
}
