using Mox.Store;

namespace Mox.Queue;

/// <summary>Removes contents that no message refers to: a crash may come between the end of the rows and that of the file.</summary>
internal static class ContentSweep
{
    private const int Batch = 1000;

    /// <summary>Does it; returns how many. Contents that come meanwhile are not touched.</summary>
    public static int Run(QueueFiles files)
    {
        // What is above comes while this runs.
        long last = files.Readers.Read(static database => database.ReadInt64("SELECT LastMessageId FROM QueueState"));
        int removed = 0;
        foreach ((string Path, long? Id, long)[] some in MessageFiles.All(files.QueueDirectory).Chunk(Batch))
        {
            List<long> unknown = files.Readers.Read(database => Unknown(database, some.Select(f => f.Id).OfType<long>().Where(id => id <= last)));
            unknown.ForEach(files.Delete);
            removed += unknown.Count;
        }

        return removed;
    }

    private static List<long> Unknown(Database database, IEnumerable<long> ids)
    {
        var unknown = new List<long>();
        foreach (long id in ids)
        {
            Statement find = database.Prepare("SELECT 1 FROM Messages WHERE Id = ?").Bind(id);
            bool isThere = find.Step();
            find.Reset();
            if (!isThere)
            {
                unknown.Add(id);
            }
        }

        return unknown;
    }
}
