using System.Diagnostics.CodeAnalysis;

namespace Mox.Addresses;

/// <summary>
/// An email address, <c>local@domain</c>, without display name or angle brackets (RFC 5321 section 4.1.2).
/// </summary>
/// <param name="LocalPart">What stands before the @.</param>
/// <param name="Domain">What stands after it; never an address literal.</param>
public readonly record struct Address(LocalPart LocalPart, Domain Domain) : IComparable<Address>
{
    /// <summary>Whether this is <c>default</c>: no address, as in a null reverse-path.</summary>
    public bool IsEmpty => Domain.IsEmpty;

    /// <summary>Whether it can be sent without SMTPUTF8, its domain then as A-labels.</summary>
    public bool IsAscii => LocalPart.IsAscii;

    /// <summary>Parses <c>local@domain</c>.</summary>
    /// <exception cref="FormatException">The text is no address; the message says why.</exception>
    public static Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address, out var problem) ? address : throw new FormatException($"Bad address: {problem}.");
    }

    /// <summary>Parses <c>local@domain</c>; false when the text is no address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address) => TryParse(text, out address, out _);

    /// <summary>Like <see cref="TryParse(string?, out Address)"/>, and says what is wrong.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        if (text is null)
        {
            problem = "there is none";
            return false;
        }
        if (!LocalPart.TryParsePrefix(text, out var localPart, out var length, out problem))
        {
            problem = "in its localpart, " + problem;
            return false;
        }
        if (length == text.Length || text[length] != '@')
        {
            problem = length == text.Length ? "the @ is missing" : $"unexpected character at {length}";
            return false;
        }
        if (!Domain.TryParse(text[(length + 1)..], out var domain, out problem))
        {
            problem = "in its domain, " + problem;
            return false;
        }
        address = new Address(localPart, domain);
        return true;
    }

    /// <summary>The address with the localpart folded, for domains whose rule ignores case.</summary>
    public Address Fold() => this with { LocalPart = LocalPart.Fold() };

    /// <summary>Order by domain, then localpart.</summary>
    public int CompareTo(Address other)
    {
        var byDomain = Domain.CompareTo(other.Domain);
        return byDomain != 0 ? byDomain : LocalPart.CompareTo(other.LocalPart);
    }

    /// <summary>Order by domain, then localpart.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Order by domain, then localpart.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Order by domain, then localpart.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Order by domain, then localpart.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    /// <summary><c>local@domain</c> with the domain as people read it; the empty string for <c>default</c>.</summary>
    public override string ToString() => IsEmpty ? "" : $"{LocalPart}@{Domain.Unicode}";

    /// <summary><c>local@domain</c> with the domain as A-labels, for the wire; the localpart stays as it is.</summary>
    public string ToAsciiString() => IsEmpty ? "" : $"{LocalPart}@{Domain.Ascii}";
}
