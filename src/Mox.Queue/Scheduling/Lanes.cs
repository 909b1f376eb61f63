namespace Mox.Queue;

/// <summary>What is due and waits for its turn, by destination; bounded, whatever is queued.</summary>
/// <remarks>
/// Used by the runner's loop only. A lane is a destination with a limit of its own. One that has as much as it may keep in memory remembers where
/// in the due-time index it was cut off, and goes on from there when it has room, so one slow destination does not hold up the others.
/// </remarks>
internal sealed class Lanes
{
    /// <summary>Most items of one lane in memory.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>Most items of all lanes in memory.</summary>
    public const int MaxWaitingInAll = 20_000;

    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<DueItem> _known = [];

    // Those that run; true when one became due anew meanwhile.
    private readonly Dictionary<DueItem, bool> _running = [];
    private readonly Queue<Lane> _ready = new();
    private readonly HashSet<Lane> _cutOff = [];

    /// <summary>Whether there is room for more.</summary>
    public bool HasRoom => _known.Count < MaxWaitingInAll;

    /// <summary>Lanes that were cut off and have room again.</summary>
    public IReadOnlyList<Lane> Refillable => [.. _cutOff.Where(lane => lane.Waiting.Count < MaxWaiting / 4)];

    /// <summary>Adds an item, unless it is known or its lane is full.</summary>
    public void Add(string key, int limit, DuePosition position, DueItem item)
    {
        if (_known.Contains(item))
        {
            return;
        }

        if (_running.ContainsKey(item))
        {
            _running[item] = true;
            return;
        }

        if (!_lanes.TryGetValue(key, out Lane? lane))
        {
            _lanes.Add(key, lane = new Lane(key));
        }

        lane.Limit = limit;
        if (lane.Waiting.Count >= MaxWaiting || (lane.CutOff is { } cut && position > cut))
        {
            lane.CutOff = lane.CutOff is { } old && old < position ? old : position;
            _cutOff.Add(lane);
            return;
        }

        _known.Add(item);
        lane.Waiting.Enqueue(item);
        MakeReady(lane);
    }

    /// <summary>The next item whose lane is below its limit, in turns.</summary>
    public bool TryStart(out Lane lane, out DueItem item)
    {
        if (!_ready.TryDequeue(out lane!))
        {
            item = default;
            return false;
        }

        lane.IsReady = false;
        item = lane.Waiting.Dequeue();
        _known.Remove(item);
        _running.Add(item, false);
        lane.Active++;
        MakeReady(lane);
        return true;
    }

    /// <summary>Forgets where a lane was cut off, since it is read from there now; returns the place before it.</summary>
    public DuePosition Refill(Lane lane)
    {
        DuePosition cut = lane.CutOff!.Value;
        lane.CutOff = null;
        _cutOff.Remove(lane);
        return cut with { Id = cut.Id - 1 };
    }

    /// <summary>An item of a lane has ended.</summary>
    public void Ended(Lane lane, DueItem item)
    {
        lane.Active--;
        if (_running.Remove(item, out bool isDueAnew) && isDueAnew && _known.Add(item))
        {
            lane.Waiting.Enqueue(item);
        }

        MakeReady(lane);
        if (lane.Active == 0 && lane.Waiting.Count == 0 && lane.CutOff is null)
        {
            _lanes.Remove(lane.Key);
        }
    }

    private void MakeReady(Lane lane)
    {
        if (!lane.IsReady && lane.Active < lane.Limit && lane.Waiting.Count > 0)
        {
            lane.IsReady = true;
            _ready.Enqueue(lane);
        }
    }
}

/// <summary>A destination.</summary>
internal sealed class Lane(string key)
{
    public string Key { get; } = key;

    public Queue<DueItem> Waiting { get; } = new();

    /// <summary>Most at once.</summary>
    public int Limit { get; set; }

    /// <summary>How many run.</summary>
    public int Active { get; set; }

    /// <summary>It stands in the queue of those that can start.</summary>
    public bool IsReady { get; set; }

    /// <summary>The first of its rows that found no room, or null.</summary>
    public DuePosition? CutOff { get; set; }
}
