using System.Collections;

namespace Mox.Store;

/// <summary>Asks search.db, in one read transaction, which contents have all trigrams of a text.</summary>
internal static class IndexQuery
{
    public static TextCandidates Run(Database database, string query, TextScope scope)
    {
        database.RunPrepared("BEGIN");
        long coveredTo = Single(database, "SELECT CoveredTo FROM IndexState");
        var shards = new Dictionary<long, BitArray>();
        foreach (IndexShard shard in IndexShard.ReadAll(database))
        {
            shards.Add(shard.Number, Matches(database, shard, query, scope));
        }

        Statement undecided = database.Prepare("SELECT ContentId FROM Undecided");
        while (undecided.Step())
        {
            long id = undecided.Int64(0);
            if (shards.TryGetValue(IndexRow.ShardOf(id), out BitArray? matches))
            {
                matches[IndexRow.PlaceOf(id)] = true;
            }
        }

        database.RunPrepared("COMMIT");
        return new TextCandidates(coveredTo, shards);
    }

    private static BitArray Matches(Database database, IndexShard shard, string query, TextScope scope)
    {
        var matches = new BitArray(IndexRow.ShardContents);
        string table = SearchDatabase.TableOf(shard.Number, shard.Generation);
        Statement read = database.Prepare($"SELECT rowid FROM {table} WHERE {table} MATCH ?").Bind(query);
        while (read.Step())
        {
            (int place, bool isHeader) = IndexRow.Decode(read.Int64(0));
            if (scope == TextScope.HeaderAndBody || (scope == TextScope.Header) == isHeader)
            {
                matches[place] = true;
            }
        }

        return matches;
    }

    private static long Single(Database database, string sql)
    {
        Statement read = database.Prepare(sql);
        long value = read.Step() ? read.Int64(0) : 0;
        read.Reset();
        return value;
    }
}
