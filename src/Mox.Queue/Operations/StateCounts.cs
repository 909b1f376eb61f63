using Mox.Store;

namespace Mox.Queue;

/// <summary>Counts the recipients in each state, for the metric: read from the database when somebody asks, and not more often than it changes much.</summary>
/// <remarks>Thread-safe. While the database cannot be read, the last counts are told.</remarks>
internal sealed class StateCounts(QueueFiles files, TimeProvider time)
{
    // Of 100,000 rows the count takes some 20 ms; those who scrape come every 15 s or so, and there may be several.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private IReadOnlyDictionary<QueueState, long> _counts = new Dictionary<QueueState, long>();
    private long? _readAt;

    /// <summary>The counts.</summary>
    public IReadOnlyDictionary<QueueState, long> Read()
    {
        lock (_gate)
        {
            if (_readAt is { } at && time.GetElapsedTime(at) < Lifetime)
            {
                return _counts;
            }

            try
            {
                _counts = files.Readers.Read(Count);
            }
            catch (StoreException)
            {
                // Those who use it say what is wrong with it.
            }

            _readAt = time.GetTimestamp();
            return _counts;
        }
    }

    private static Dictionary<QueueState, long> Count(Database database)
    {
        var counts = new Dictionary<QueueState, long>();
        Statement row = database.Prepare("SELECT State, count(*) FROM Recipients GROUP BY State");
        while (row.Step())
        {
            counts[(QueueState)row.Int64(0)] = row.Int64(1);
        }

        return counts;
    }
}
