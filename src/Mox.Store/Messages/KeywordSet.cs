using System.Collections;

namespace Mox.Store;

/// <summary>An immutable set of keywords: lower-case, sorted, without those that have a bit in <see cref="MessageFlags"/>.</summary>
/// <remarks>The store interns the sets of an account, so 100,000 messages with the same keywords share one.</remarks>
public sealed class KeywordSet : IReadOnlyList<string>, IEquatable<KeywordSet>
{
    /// <summary>The set with no keywords.</summary>
    public static KeywordSet Empty { get; } = new([]);

    /// <summary>Most keywords on one message: past it a change is refused.</summary>
    public const int MaxCount = 100;

    /// <summary>Longest keyword, in characters.</summary>
    public const int MaxKeywordLength = 200;

    private readonly string[] _sorted;

    private KeywordSet(string[] sorted) => _sorted = sorted;

    /// <inheritdoc/>
    public int Count => _sorted.Length;

    /// <inheritdoc/>
    public string this[int index] => _sorted[index];

    /// <summary>Makes a set; case is folded (ASCII) and duplicates are dropped.</summary>
    /// <exception cref="ArgumentException">A keyword is not an IMAP atom, or is too long, or there are too many.</exception>
    public static KeywordSet Of(params IEnumerable<string> keywords)
    {
        string[] sorted = [.. keywords.Select(Normalise).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (sorted.Length > MaxCount)
        {
            throw new ArgumentException($"More than {MaxCount} keywords.", nameof(keywords));
        }

        return sorted.Length == 0 ? Empty : new KeywordSet(sorted);
    }

    /// <summary>Whether the word can be a keyword: an IMAP atom (RFC 9051 section 9, flag-keyword) of bounded length.</summary>
    public static bool IsValid(string keyword)
    {
        if (keyword.Length is 0 or > MaxKeywordLength)
        {
            return false;
        }

        foreach (char c in keyword)
        {
            if (c is <= ' ' or >= '\x7f' or '(' or ')' or '{' or '%' or '*' or '"' or '\\' or ']')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the keyword, in lower case, is in the set.</summary>
    public bool Contains(string keyword) => Array.BinarySearch(_sorted, keyword, StringComparer.Ordinal) >= 0;

    /// <summary>This set and the other's keywords.</summary>
    /// <exception cref="ArgumentException">There would be too many.</exception>
    public KeywordSet Union(KeywordSet other) =>
        other.Count == 0 || ReferenceEquals(this, other) ? this
        : Count == 0 ? other
        : Merge(this.Concat(other), MaxCount);

    /// <summary>This set without the other's keywords.</summary>
    public KeywordSet Except(KeywordSet other) =>
        Count == 0 || other.Count == 0 ? this : Merge(this.Where(k => !other.Contains(k)), MaxCount);

    /// <inheritdoc/>
    public bool Equals(KeywordSet? other) =>
        other is not null && (ReferenceEquals(this, other) || _sorted.AsSpan().SequenceEqual(other._sorted));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KeywordSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (string keyword in _sorted)
        {
            hash.Add(keyword, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The keywords with a space between.</summary>
    public override string ToString() => string.Join(' ', _sorted);

    // The union of all keywords of a mailbox may be larger than what one message may have.
    internal static KeywordSet Merge(IEnumerable<string> keywords, int limit)
    {
        string[] sorted = [.. keywords.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (sorted.Length > limit)
        {
            throw new ArgumentException($"More than {limit} keywords.", nameof(keywords));
        }

        return sorted.Length == 0 ? Empty : new KeywordSet(sorted);
    }

    // What ToString wrote.
    internal static KeywordSet FromStored(string? stored) =>
        string.IsNullOrEmpty(stored) ? Empty : new KeywordSet(stored.Split(' '));

    private static string Normalise(string keyword) =>
        IsValid(keyword) ? string.Create(keyword.Length, keyword, static (span, k) => Ascii.ToLower(k, span))
        : throw new ArgumentException("Not a keyword: " + keyword, nameof(keyword));

    private static class Ascii
    {
        public static void ToLower(string source, Span<char> destination) =>
            System.Text.Ascii.ToLower(source, destination, out _);
    }
}
