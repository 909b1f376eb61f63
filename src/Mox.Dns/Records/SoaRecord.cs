using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Dns.Wire;

namespace Mox.Dns.Records;

/// <summary>SOA: where a zone begins, and its timers (RFC 1035 section 3.3.13).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// /                      MNAME (may be compressed)                /
/// +---------------------------------------------------------------+
/// /                      RNAME (may be compressed)                /
/// +---------------------------------------------------------------+
/// |                            SERIAL                             |
/// +---------------------------------------------------------------+
/// |                            REFRESH                            |
/// +---------------------------------------------------------------+
/// |                             RETRY                             |
/// +---------------------------------------------------------------+
/// |                            EXPIRE                             |
/// +---------------------------------------------------------------+
/// |                            MINIMUM                            |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="PrimaryServer">The server that the zone is written on.</param>
/// <param name="Mailbox">The address of who keeps it, with a dot in place of the at sign.</param>
/// <param name="Serial">The version of the zone.</param>
/// <param name="RefreshSeconds">How often other servers look for a new version.</param>
/// <param name="RetrySeconds">How soon they look again after a failure.</param>
/// <param name="ExpireSeconds">How long they go on without having seen it.</param>
/// <param name="MinimumSeconds">How long it may be remembered at most that there is nothing (RFC 2308 section 4).</param>
public sealed record SoaRecord(
    DnsName PrimaryServer, DnsName Mailbox, uint Serial, uint RefreshSeconds, uint RetrySeconds, uint ExpireSeconds, uint MinimumSeconds)
{
    internal static DnsRecordType<SoaRecord> Type { get; } = new("SOA", 6, TryRead);

    /// <summary>As in zone files: the names, then the numbers.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{PrimaryServer} {Mailbox} {Serial} {RefreshSeconds} {RetrySeconds} {ExpireSeconds} {MinimumSeconds}");

    private static bool TryRead(ref RdataReader rdata, [MaybeNullWhen(false)] out SoaRecord value)
    {
        value = rdata.TryName(out var server) && rdata.TryName(out var mailbox) && rdata.TryUInt32(out var serial)
            && rdata.TryUInt32(out var refresh) && rdata.TryUInt32(out var retry) && rdata.TryUInt32(out var expire)
            && rdata.TryUInt32(out var minimum)
            ? new SoaRecord(server, mailbox, serial, refresh, retry, expire, minimum) : null;
        return value is not null;
    }
}
