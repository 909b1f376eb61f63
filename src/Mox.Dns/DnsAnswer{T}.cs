namespace Mox.Dns;

/// <summary>What came of a question.</summary>
public sealed record DnsAnswer<T> : DnsAnswer
{
    /// <summary>The records, in the order in which they came; none unless the status is <see cref="DnsStatus.Ok"/>. At most 100.</summary>
    public IReadOnlyList<T> Records { get; init; } = [];

    /// <summary>As in logs: "Ok 192.0.2.1 192.0.2.2", "ServFail: DNSSEC Bogus (6)".</summary>
    public override string ToString()
    {
        var authentic = IsAuthentic ? " (authentic)" : "";
        return Status == DnsStatus.Ok ? $"Ok{authentic} {string.Join(' ', Records)}"
            : string.Join(": ", new[] { $"{Status}{authentic}", Explanation, ExtendedError?.ToString() }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
