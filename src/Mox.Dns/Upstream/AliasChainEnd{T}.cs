namespace Mox.Dns.Upstream;

/// <summary>Where the aliases in a message lead, and what is there.</summary>
internal readonly record struct AliasChainEnd<T>(DnsStatus Status, DnsName Name)
{
    public IReadOnlyList<T> Records { get; init; } = [];

    /// <summary>The shortest time of all that was used.</summary>
    public uint TtlSeconds { get; init; }

    /// <summary>How many aliases were followed.</summary>
    public int Aliases { get; init; }

    /// <summary>Whether the message ends with an alias, so that its target must be asked for.</summary>
    public bool IsUnfinished { get; init; }

    public string Explanation { get; init; } = "";
}
