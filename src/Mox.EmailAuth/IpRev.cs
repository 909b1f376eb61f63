using System.Net;
using Mox.Dns;

namespace Mox.EmailAuth;

/// <summary>Looks up the client's name and back (RFC 8601 section 3).</summary>
public sealed class IpRev(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    private const int MaxNames = 10;

    /// <summary>Checks an address. Only cancellation throws.</summary>
    public async Task<IpRevVerdict> VerifyAsync(IPAddress address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(address);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("iprev.verify");
        var verdict = await LookupAsync(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, ct);
        verdict = verdict with { Duration = time.GetElapsedTime(started) };
        metrics.Checked("iprev", verdict.Status.ToString(), verdict.Duration);
        return verdict;
    }

    private async ValueTask<IpRevVerdict> LookupAsync(IPAddress address, CancellationToken ct)
    {
        var names = await dns.LookupPtrAsync(address, ct);
        var verdict = new IpRevVerdict { Status = IpRevStatus.PermError, Names = names.Records, IsAuthentic = names.IsAuthentic };
        if (names.Records.Count == 0)
        {
            return names.IsTemporaryFailure ? verdict with { Status = IpRevStatus.TempError, Problem = $"{names}" }
                : verdict with { Problem = "the address has no name" };
        }

        bool isUncertain = false;
        var type = address.GetAddressBytes().Length == 4 ? DnsRecordTypes.A : DnsRecordTypes.Aaaa;
        foreach (var name in names.Records.Take(MaxNames))
        {
            var addresses = await dns.QueryAsync(name, type, ct);
            isUncertain |= addresses.IsTemporaryFailure;
            verdict = verdict with { IsAuthentic = names.IsAuthentic && addresses.IsAuthentic };
            if (addresses.Records.Contains(address))
            {
                return verdict with { Status = IpRevStatus.Pass, Name = name };
            }
        }

        return isUncertain ? verdict with { Status = IpRevStatus.TempError, Problem = "a name of the address could not be asked for" }
            : verdict with { Status = IpRevStatus.Fail, Problem = "no name of the address leads back to it" };
    }
}
