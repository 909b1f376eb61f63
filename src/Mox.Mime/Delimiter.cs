namespace Mox.Mime;

/// <summary>Delimiter lines of multiparts (RFC 2046 section 5.1.1).</summary>
internal static class Delimiter
{
    /// <summary>A longer boundary is taken for none; RFC 2046 allows 70.</summary>
    public const int MaxBoundaryBytes = 1_000;

    /// <summary>Whether a line that begins like this could be a delimiter.</summary>
    public static bool CouldBe(ReadOnlySpan<byte> start) => start is [] or [(byte)'-'] or [(byte)'-', (byte)'-', ..];

    /// <summary>
    /// Whether a line is the delimiter of a boundary: two hyphens, the boundary, for the last one two hyphens more,
    /// then only white
    /// space. RFC 2046 lets a reader compare the beginning only, but then a boundary that begins with another one would
    /// be taken for it.
    /// </summary>
    public static bool Matches(ReadOnlySpan<byte> line, ReadOnlySpan<byte> boundary, out bool isLast)
    {
        isLast = false;
        if (line.Length < boundary.Length || !line.StartsWith(boundary))
        {
            return false;
        }
        var rest = line[boundary.Length..];
        isLast = rest is [(byte)'-', (byte)'-'];
        return rest.IsEmpty || isLast;
    }

    /// <summary>The line without its two hyphens and trailing white space; empty when it is no candidate.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> line) => line is [(byte)'-', (byte)'-', ..] ? line[2..].TrimEnd(" \t\r\n"u8) : [];
}
