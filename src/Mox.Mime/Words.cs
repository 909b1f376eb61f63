using System.Collections.Frozen;

namespace Mox.Mime;

/// <summary>Lower-case words of headers; those of nearly every message are not allocated again.</summary>
internal static class Words
{
    private static readonly FrozenSet<string> Known = new[]
    {
        "text", "plain", "html", "multipart", "mixed", "alternative", "related", "signed", "report", "message", "rfc822", "global",
        "application", "octet-stream", "pdf", "image", "jpeg", "png", "gif", "charset", "utf-8", "us-ascii", "boundary", "name", "filename",
        "format", "delsp", "7bit", "8bit", "binary", "base64", "quoted-printable", "attachment", "inline", "delivery-status", "protocol",
        "micalg", "report-type", "type", "size", "method", "calendar", "zip",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Lower(ReadOnlySpan<char> word)
    {
        if (Lookup.TryGetValue(word, out var known))
        {
            return known;
        }
        return string.Create(word.Length, word, static (to, from) => from.ToLowerInvariant(to));
    }

    /// <summary>The known word equal to this one, else this one.</summary>
    public static string Intern(string word) => Known.TryGetValue(word, out var known) && known == word ? known : word;
}
