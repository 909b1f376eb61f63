using System.Diagnostics.CodeAnalysis;

namespace Mox.EmailAuth;

/// <summary>A list of <c>tag=value</c>, as DKIM, ARC and DMARC write it (RFC 6376 section 3.2).</summary>
public sealed class TagList
{
    // A key record of 16 KB has more tags than anybody needs.
    private const int MaxTags = 100;

    private readonly List<(string Name, string Value)> _tags = [];

    private TagList()
    {
    }

    /// <summary>The tags in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> Tags => _tags;

    /// <summary>Parses; white space around names and values does not count, a tag that stands there twice is an error.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TagList? list, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        list = null;
        TagList tags = new();
        var names = new HashSet<string>(StringComparer.Ordinal);
        string[] specs = text.Split(';', MaxTags + 1);
        for (int i = 0; i < specs.Length; i++)
        {
            string spec = TrimFolding(specs[i]);
            if (spec.Length == 0 && i == specs.Length - 1)
            {
                break;
            }

            int equals = spec.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? "" : TrimFolding(spec[..equals]);
            problem = i == MaxTags ? $"more than {MaxTags} tags"
                : !IsName(name) ? "a bad tag"
                : !names.Add(name) ? $"the tag {name} stands there twice"
                : null;
            if (problem is not null)
            {
                return false;
            }

            tags._tags.Add((name, TrimFolding(spec[(equals + 1)..])));
        }

        list = tags;
        problem = null;
        return true;
    }

    /// <summary>The value of a tag; null when it is not there. Names count by case.</summary>
    public string? this[string name] => _tags.Find(tag => tag.Name == name).Value;

    /// <summary>The value of a tag without the white space that folding put in, for base64 and lists.</summary>
    public string? Compact(string name) =>
        this[name] is { } value ? string.Concat(value.Where(c => c is not (' ' or '\t' or '\r' or '\n'))) : null;

    private static string TrimFolding(string text) => text.Trim(' ', '\t', '\r', '\n');

    // ALPHA *( ALPHA / DIGIT / "_" )
    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
