using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mox.Store;

/// <summary>A valid, normalised mailbox name: elements with "/" between, NFC, "Inbox" in that spelling as the first element.</summary>
/// <remarks>Names compare ordinally. Mailboxes are rows, never paths: a name reaches no file system.</remarks>
public readonly record struct MailboxName : IComparable<MailboxName>
{
    /// <summary>Longest name, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1000;

    /// <summary>Deepest hierarchy, in elements: every level is a mailbox of its own.</summary>
    public const int MaxDepth = 50;

    private readonly string? _value;

    private MailboxName(string value) => _value = value;

    /// <summary>The mailbox that every account has.</summary>
    public static MailboxName Inbox { get; } = new("Inbox");

    /// <summary>The name.</summary>
    public string Value => _value ?? Inbox.Value;

    /// <summary>The name above, or null at the top.</summary>
    public MailboxName? Parent
    {
        get
        {
            int slash = Value.LastIndexOf('/');
            return slash < 0 ? null : new MailboxName(Value[..slash]);
        }
    }

    /// <summary>The last element.</summary>
    public string LastElement => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Whether this name is below the other, at any depth.</summary>
    public bool IsUnder(MailboxName ancestor) =>
        Value.Length > ancestor.Value.Length && Value[ancestor.Value.Length] == '/'
        && Value.StartsWith(ancestor.Value, StringComparison.Ordinal);

    /// <summary>This name with its leading part replaced, for a rename of a subtree.</summary>
    /// <exception cref="FormatException">The result is too long or too deep.</exception>
    public MailboxName Rebase(MailboxName from, MailboxName to) =>
        this == from ? to : IsUnder(from) ? Parse(to.Value + Value[from.Value.Length..]) : this;

    /// <summary>Parses a name, or says in <paramref name="problem"/> what is wrong with it.</summary>
    public static bool TryParse(string? text, out MailboxName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        problem = Problem(text);
        if (problem is not null)
        {
            return false;
        }

        int slash = text!.IndexOf('/');
        string first = slash < 0 ? text : text[..slash];
        name = new MailboxName(
            first.Equals("inbox", StringComparison.OrdinalIgnoreCase) ? "Inbox" + text[first.Length..] : text);
        return true;
    }

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is not a mailbox name; the message says why.</exception>
    public static MailboxName Parse(string text) =>
        TryParse(text, out MailboxName name, out string? problem) ? name : throw new FormatException(problem);

    /// <inheritdoc/>
    public int CompareTo(MailboxName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Compares ordinally.</summary>
    public static bool operator <(MailboxName left, MailboxName right) => left.CompareTo(right) < 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >(MailboxName left, MailboxName right) => left.CompareTo(right) > 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator <=(MailboxName left, MailboxName right) => left.CompareTo(right) <= 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >=(MailboxName left, MailboxName right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public bool Equals(MailboxName other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <summary>The name.</summary>
    public override string ToString() => Value;

    private static string? Problem(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "empty mailbox name";
        }

        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return "mailbox name too long";
        }

        foreach (char c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                return "control character in mailbox name";
            }
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return "invalid Unicode in mailbox name";
            }
        }

        if (!text.IsNormalized(NormalizationForm.FormC))
        {
            return "mailbox name is not in Unicode normalization form C";
        }

        if (text[0] == '#')
        {
            return "mailbox name starts with #";
        }

        string[] elements = text.Split('/');
        return elements.Length > MaxDepth ? "mailbox name has too many levels"
            : elements.Any(e => e.Length == 0) ? "empty element in mailbox name"
            : elements.Any(e => e is "." or "..") ? "mailbox name has . or .. as an element"
            : null;
    }
}
