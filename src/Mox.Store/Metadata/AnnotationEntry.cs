using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Mox.Store;

/// <summary>The name of a metadata entry (RFC 5464 section 3.2): "/private" or "/shared" and at least one more element, in lower case.</summary>
/// <remarks>Names compare without regard to case, so they are kept in lower case. They reach no file system.</remarks>
public readonly record struct AnnotationEntry : IComparable<AnnotationEntry>
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 1000;

    private const string Private = "/private/";
    private const string Shared = "/shared/";

    // Printable ASCII but for the wildcards, and the space.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create([.. Enumerable.Range(' ', 0x7f - ' ').Select(i => (char)i).Where(c => c is not ('*' or '%'))]);

    private readonly string? _value;

    private AnnotationEntry(string value) => _value = value;

    /// <summary>The name.</summary>
    public string Value => _value ?? "";

    /// <summary>Parses a name, or says in <paramref name="problem"/> what is wrong with it.</summary>
    public static bool TryParse(string? text, out AnnotationEntry entry, [NotNullWhen(false)] out string? problem)
    {
        entry = default;
        problem = string.IsNullOrEmpty(text) || text[0] != '/' ? "an entry starts with /"
            : text.Length > MaxLength ? "the entry is too long"
            : text.AsSpan().ContainsAnyExcept(Allowed) ? "a character that no entry has"
            : text.EndsWith('/') || text.Contains("//", StringComparison.Ordinal) ? "an empty element in the entry"
            : null;
        if (problem is not null)
        {
            return false;
        }

        string lower = text!.ToLowerInvariant();
        if (!lower.StartsWith(Private, StringComparison.Ordinal) && !lower.StartsWith(Shared, StringComparison.Ordinal))
        {
            problem = "an entry is below /private or /shared";
            return false;
        }

        entry = new AnnotationEntry(lower);
        return true;
    }

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is not the name of an entry; the message says why.</exception>
    public static AnnotationEntry Parse(string text) =>
        TryParse(text, out AnnotationEntry entry, out string? problem) ? entry : throw new FormatException(problem);

    /// <inheritdoc/>
    public int CompareTo(AnnotationEntry other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Compares ordinally.</summary>
    public static bool operator <(AnnotationEntry left, AnnotationEntry right) => left.CompareTo(right) < 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >(AnnotationEntry left, AnnotationEntry right) => left.CompareTo(right) > 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator <=(AnnotationEntry left, AnnotationEntry right) => left.CompareTo(right) <= 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >=(AnnotationEntry left, AnnotationEntry right) => left.CompareTo(right) >= 0;

    /// <summary>The name.</summary>
    public override string ToString() => Value;
}
