namespace Mox.Store;

/// <summary>A row of the table Shards.</summary>
/// <param name="Number">Which ids: <see cref="IndexRow.ShardOf"/>.</param>
/// <param name="Generation">Its table is called so.</param>
/// <param name="Contents">How many contents its table has, those included that are gone.</param>
/// <param name="NextTo">How far the next generation's table goes, while there is one.</param>
/// <param name="NextContents">How many contents that one has.</param>
internal sealed record IndexShard(long Number, long Generation, long Contents, long? NextTo, long NextContents)
{
    public static List<IndexShard> ReadAll(Database database)
    {
        var shards = new List<IndexShard>();
        Statement read = database.Prepare("SELECT Number, Generation, Contents, NextTo, NextContents FROM Shards ORDER BY Number");
        while (read.Step())
        {
            shards.Add(new IndexShard(read.Int64(0), read.Int64(1), read.Int64(2), read.NullableInt64(3), read.Int64(4)));
        }

        return shards;
    }
}
