using System.Buffers;

namespace Mox.Mime;

/// <summary>Character classes of headers (RFC 5322 section 3.6.8, RFC 2045 section 5.1).</summary>
internal static class HeaderSyntax
{
    // ftext: printable ASCII but the colon.
    private static readonly SearchValues<byte> FieldText =
        SearchValues.Create([.. Enumerable.Range(33, 94).Where(c => c != ':').Select(c => (byte)c)]);

    /// <summary>
    /// Whether the bytes before a colon name a field; white space before the colon is obsolete, but seen.
    /// </summary>
    public static bool IsFieldName(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyExcept(FieldText);
    }
}
