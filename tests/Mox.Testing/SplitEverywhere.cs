namespace Mox.Testing;

/// <summary>The ways in which a network cuts bytes: in two at every place, byte by byte, and at seeded random places.</summary>
public static class SplitEverywhere
{
    /// <summary>Whole; in two at every byte; byte by byte; and in some random ways that are the same in each run.</summary>
    public static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Of(ReadOnlyMemory<byte> bytes, int randomWays = 20)
    {
        yield return [bytes];
        for (var at = 1; at < bytes.Length; at++)
        {
            yield return [bytes[..at], bytes[at..]];
        }

        yield return [.. Enumerable.Range(0, bytes.Length).Select(i => bytes.Slice(i, 1))];
        var random = new Random(1);
        for (var way = 0; way < randomWays; way++)
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            for (var at = 0; at < bytes.Length;)
            {
                var size = Math.Min(bytes.Length - at, random.Next(1, 8));
                pieces.Add(bytes.Slice(at, size));
                at += size;
            }

            yield return pieces;
        }
    }

    /// <summary>The same of an ASCII text.</summary>
    public static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Of(string text, int randomWays = 20) =>
        Of(System.Text.Encoding.Latin1.GetBytes(text), randomWays);
}
