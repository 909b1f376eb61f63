using Mox.Dns;

namespace Mox.Queue;

/// <summary>What DNS says where a record should be.</summary>
public sealed record ZoneFinding
{
    /// <summary>What it is for.</summary>
    public required ZoneRecordKind Kind { get; init; }

    /// <summary>The name that was asked for.</summary>
    public required DnsName Name { get; init; }

    /// <summary>Whether it is right.</summary>
    public ZoneStatus Status { get; init; }

    /// <summary>What is there, as it is published.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];

    /// <summary>What is wrong, or could be better; also written by strangers.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The record that would be right; null when nothing needs to be changed in DNS.</summary>
    public ZoneRecord? Expected { get; init; }

    /// <summary>MX or TXT.</summary>
    public string Type => Kind == ZoneRecordKind.Mx ? "MX" : "TXT";

    /// <summary>With a remark; the worst one counts.</summary>
    internal ZoneFinding With(ZoneStatus status, string remark) =>
        this with { Status = status > Status ? status : Status, Remarks = [.. Remarks, remark] };
}

/// <summary>Whether a record is right; the worse the later.</summary>
public enum ZoneStatus
{
    /// <summary>It is.</summary>
    Pass,

    /// <summary>It does what it must, and could be better.</summary>
    Warning,

    /// <summary>It could not be asked for now.</summary>
    TempError,

    /// <summary>It is missing or wrong.</summary>
    Fail,
}
