namespace Mox.Delivery;

/// <summary>How mail from outside is delivered.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Delivery rates are limited and bad answers are delayed. Default true; <c>--no-limits</c> turns it off.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>
    /// All names of this server. An Authentication-Results field from outside that claims to come from one of them, or from the listener, is
    /// taken out. Default none.
    /// </summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>A second recipient needs a pass of SPF. Default true; false only in localserve, whose domain localhost nobody can look up.</summary>
    public bool SpfForMany { get; init; } = true;

    /// <summary>Wait before "no such user", so that guessing addresses is slow. Default 5 s.</summary>
    public TimeSpan UnknownUserDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages a minute to one account from one address (IPv6: /64); networks around it get three and nine times as much. Default 500; past it 452 4.2.2.</summary>
    public long MessagesPerMinute { get; init; } = 500;

    /// <summary>The same a day. Default 10000.</summary>
    public long MessagesPerDay { get; init; } = 10_000;

    /// <summary>Bytes a minute, counted in the same way. Default 1000 MB.</summary>
    public long BytesPerMinute { get; init; } = 1_000_000_000;

    /// <summary>Bytes a day. Default 3000 MB.</summary>
    public long BytesPerDay { get; init; } = 3_000_000_000;
}
