namespace Mox.Store;

/// <summary>A column of the table ContentKeys, and how it is read: after the content's id, at column 1.</summary>
internal sealed class KeyColumn
{
    private static readonly Dictionary<SortText, KeyColumn> Texts =
        Enum.GetValues<SortText>().ToDictionary(key => key, key => new KeyColumn($"{key}Key"));

    private KeyColumn(string columns)
    {
        One = $"SELECT ContentId, {columns} FROM ContentKeys WHERE ContentId = ?";
        Range = $"SELECT ContentId, {columns} FROM ContentKeys WHERE ContentId BETWEEN ? AND ? ORDER BY ContentId";
    }

    public static KeyColumn SentAt { get; } = new("SentAt");

    /// <summary>The thread keys, and at column 2 the date.</summary>
    public static KeyColumn Thread { get; } = new("ThreadKeys, SentAt");

    public string One { get; }

    public string Range { get; }

    public static KeyColumn Of(SortText key) => Texts[key];
}
