namespace Mox.Queue;

/// <summary>The order of a list.</summary>
/// <param name="Key">What it is sorted by.</param>
/// <param name="IsDescending">The largest first.</param>
public readonly record struct QueueSort(QueueSortKey Key, bool IsDescending = false);

/// <summary>What a list can be sorted by.</summary>
public enum QueueSortKey
{
    /// <summary>When it came.</summary>
    Submitted,

    /// <summary>When it is tried next; held ones come last.</summary>
    NextAttempt,
}

/// <summary>A part of a list.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record QueuePage(IReadOnlyList<QueuedMessage> Messages, QueueCursor? Next);

/// <summary>A place in a list: behind a message, in the list's order. Stays good when messages come and go.</summary>
public sealed record QueueCursor(long Value, long Id)
{
    /// <summary>As a word for command lines and links.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value}.{Id}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out QueueCursor? cursor)
    {
        cursor = null;
        if (text?.Split('.') is [var value, var id]
            && long.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long v)
            && long.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long i))
        {
            cursor = new QueueCursor(v, i);
        }

        return cursor is not null;
    }
}
