namespace Mox.Store;

/// <summary>The numbers of rows in a shard's full-text table: they say which content a row is of, and which text of it.</summary>
/// <remarks>
/// A shard holds the contents of so many ids. Texts are split into rows of bounded size, header and body apart; the first rows of all
/// contents have small numbers that follow each other closely, which makes short lists.
/// </remarks>
internal static class IndexRow
{
    /// <summary>Ids of a shard.</summary>
    public const int ShardContents = 32_768;

    /// <summary>Rows of one content's header, and as many of its body; what has more is not in the index.</summary>
    public const int MaxRows = 128;

    private const long FurtherRows = ShardContents * 2;

    public static long ShardOf(long contentId) => contentId / ShardContents;

    public static int PlaceOf(long contentId) => (int)(contentId % ShardContents);

    /// <summary>The largest id of a shard.</summary>
    public static long LastOf(long shard) => (shard * ShardContents) + ShardContents - 1;

    public static long Number(int place, bool isHeader, int row) => row == 0
        ? ((long)place * 2) + (isHeader ? 0 : 1)
        : FurtherRows + ((long)place * MaxRows * 2) + (isHeader ? MaxRows : 0) + row;

    public static (int Place, bool IsHeader) Decode(long number)
    {
        if (number < FurtherRows)
        {
            return ((int)(number / 2), number % 2 == 0);
        }

        long further = number - FurtherRows;
        return ((int)(further / (MaxRows * 2)), further % (MaxRows * 2) >= MaxRows);
    }
}
