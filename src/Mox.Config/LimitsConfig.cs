namespace Mox.Config;

/// <summary>
/// Limits by remote network. <c>Mox:Limits</c>. Each number is for one address (IPv6: /64); its surrounding networks (/26 and /21, IPv6 /48
/// and /32) get three and nine times as much.
/// </summary>
public sealed record LimitsConfig
{
    /// <summary>False switches off all of these and every delay for bad clients: only for tests. Default true. <c>Enabled</c>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>New connections a minute to one service. Default 300; past it 421 or BYE and closed. <c>ConnectionsPerMinute</c>.</summary>
    public int ConnectionsPerMinute { get; init; } = 300;

    /// <summary>Connections open at once to one service. Default 30; past it 421 or BYE and closed. <c>ConcurrentConnections</c>.</summary>
    public int ConcurrentConnections { get; init; } = 30;

    /// <summary>Failed logins a minute, all services together. Default 10; past it logins are refused unheard. <c>FailedLoginsPerMinute</c>.</summary>
    public int FailedLoginsPerMinute { get; init; } = 10;

    /// <summary>Failed logins a day, all services together. Default 50; past it logins are refused unheard. <c>FailedLoginsPerDay</c>.</summary>
    public int FailedLoginsPerDay { get; init; } = 50;
}
