using System.Net;
using System.Security.Cryptography;
using Mox.Addresses;
using Mox.Config;
using Mox.Dns;
using Mox.Dns.Records;
using Mox.EmailAuth;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.PublicSuffix;
using Mox.EmailAuth.Spf;

namespace Mox.Queue;

/// <summary>Compares what DNS says of a domain of ours with what it should say: MX, SPF, DKIM, DMARC.</summary>
public sealed class ZoneCheck(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    private readonly SpfVerifier _spf = new(dns, time, metrics);
    private readonly DmarcLookup _dmarc = new(dns, PublicSuffixList.Default);

    /// <summary>Checks all records of a domain, in the order of <see cref="ZoneRecords"/>. Only cancellation throws, and keys that cannot be read.</summary>
    /// <exception cref="IOException">A key file cannot be read.</exception>
    /// <exception cref="CryptographicException">A key file has no key.</exception>
    public async Task<IReadOnlyList<ZoneFinding>> RunAsync(MoxConfig config, DomainConfig domain, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(domain);
        var host = new MailHost(config);
        IReadOnlyList<ZoneRecord> records = ZoneRecords.Of(config, domain);
        List<Task<ZoneFinding>> checks = [.. records.Select(record => CheckAsync(record, config, domain, host, ct))];
        ZoneFinding[] found = await Task.WhenAll(checks);
        return config.SignerOf(domain.Name) is not null ? found : [.. found, Unsigned(domain)];
    }

    private Task<ZoneFinding> CheckAsync(ZoneRecord record, MoxConfig config, DomainConfig domain, MailHost host, CancellationToken ct) => record.Kind switch
    {
        ZoneRecordKind.Mx => CheckMxAsync(record, host, ct),
        ZoneRecordKind.Spf => CheckSpfAsync(record, domain.Name, config.Hostname, host, ct),
        ZoneRecordKind.HostSpf => CheckSpfAsync(record, default, config.Hostname, host, ct),
        ZoneRecordKind.Dkim => new ZoneKeyCheck(dns).RunAsync(record, ct),
        _ => CheckDmarcAsync(record, config, domain, ct),
    };

    private static ZoneFinding Unsigned(DomainConfig domain) =>
        new ZoneFinding { Kind = ZoneRecordKind.Dkim, Name = DnsName.Of(domain.Name) }
            .With(ZoneStatus.Fail, $"nothing signs mail from {domain.Name}: name a key for it in domains.json, Domains:{domain.Name}:Dkim");

    private async Task<ZoneFinding> CheckMxAsync(ZoneRecord record, MailHost host, CancellationToken ct)
    {
        var finding = new ZoneFinding { Kind = record.Kind, Name = record.Name, Expected = record };
        DnsAnswer<MxRecord> answer = await dns.QueryAsync(record.Name, DnsRecordTypes.Mx, ct);
        if (answer.IsTemporaryFailure)
        {
            return finding.With(ZoneStatus.TempError, answer.ToString());
        }

        finding = finding with { Found = [.. answer.Records.Select(mx => mx.ToString())] };
        HashSet<DnsName> ours = [.. host.Names.Select(DnsName.Of)];
        MxRecord[] here = [.. answer.Records.Where(mx => ours.Contains(mx.Exchange))];
        if (here.Length == 0)
        {
            return finding.With(ZoneStatus.Fail, answer.Records.Count == 0 ? "there is none, so mail for the domain comes here only if its own address is that of this host"
                : answer.Records.Any(mx => mx.IsNull) ? "the domain says that it takes no mail (RFC 7505 section 3)"
                : "mail for the domain goes to other hosts");
        }

        finding = finding with { Expected = null };
        foreach (MxRecord other in answer.Records.Except(here))
        {
            finding = finding.With(ZoneStatus.Warning, $"mail for the domain may also go to {other.Exchange}, which must hand it on to this host");
        }

        foreach (MxRecord mx in here)
        {
            finding = await CheckAddressesAsync(finding, mx.Exchange, host, ct);
        }

        return finding;
    }

    private async Task<ZoneFinding> CheckAddressesAsync(ZoneFinding finding, DnsName name, MailHost host, CancellationToken ct)
    {
        DnsAnswer<IPAddress> addresses = await dns.LookupAddressesAsync(name, ct);
        if (addresses.IsTemporaryFailure)
        {
            return finding.With(ZoneStatus.TempError, $"the addresses of {name}: {addresses}");
        }

        if (addresses.Records.Count == 0)
        {
            return finding.With(ZoneStatus.Fail, $"{name} has no address: give it A and AAAA records");
        }

        if (addresses.CanonicalName != name)
        {
            finding = finding.With(ZoneStatus.Warning, $"{name} is an alias of {addresses.CanonicalName}, which not all senders follow (RFC 5321 section 5.1)");
        }

        foreach (IPAddress address in addresses.Records.Where(address => host.AddressesAreKnown && !host.Addresses.Contains(address)))
        {
            finding = finding.With(ZoneStatus.Fail, $"{name} has the address {address}, on which this server takes no mail");
        }

        return finding;
    }

    // Without a domain the greeting is checked.
    private async Task<ZoneFinding> CheckSpfAsync(ZoneRecord record, Domain domain, Domain hostname, MailHost host, CancellationToken ct)
    {
        var finding = new ZoneFinding { Kind = record.Kind, Name = record.Name, Expected = record };
        DnsAnswer<TxtRecord> answer = await dns.QueryAsync(record.Name, DnsRecordTypes.Txt, ct);
        if (answer.IsTemporaryFailure)
        {
            return finding.With(ZoneStatus.TempError, answer.ToString());
        }

        string[] texts = [.. answer.Records.Select(txt => txt.Text).Where(SpfRecord.IsSpf)];
        finding = finding with { Found = texts };
        if (texts.Length != 1)
        {
            return finding.With(ZoneStatus.Fail, texts.Length == 0 ? "there is none" : "there is more than one, so that none counts: keep one (RFC 7208 section 4.5)");
        }

        if (!SpfRecord.TryParse(texts[0], out SpfRecord? spf, out string? problem))
        {
            return finding.With(ZoneStatus.Fail, problem);
        }

        if (spf.Directives.Any(directive => directive is { Qualifier: SpfResult.Pass, Mechanism: SpfAll }))
        {
            finding = finding.With(ZoneStatus.Fail, "it lets everybody send: end it with ~all");
        }

        DnsAnswer<IPAddress> addresses = await dns.LookupAddressesAsync(DnsName.Of(hostname), ct);
        if (addresses.IsTemporaryFailure)
        {
            finding = finding.With(ZoneStatus.TempError, $"the addresses of {hostname}: {addresses}");
        }

        foreach (IPAddress address in addresses.Records.Union(host.Addresses))
        {
            finding = await EvaluateAsync(finding, address, domain, hostname, host, ct);
        }

        return finding.Status == ZoneStatus.Pass ? finding with { Expected = null } : finding;
    }

    private async Task<ZoneFinding> EvaluateAsync(ZoneFinding finding, IPAddress address, Domain domain, Domain hostname, MailHost host, CancellationToken ct)
    {
        var sender = new SpfSender
        {
            ClientIp = address,
            Helo = hostname.Ascii,
            MailFrom = domain.IsEmpty ? default : new Address(LocalPart.Parse("postmaster"), domain),
            Receiver = hostname,
        };
        SpfVerdict verdict = await _spf.VerifyAsync(sender, domain.IsEmpty ? SpfIdentity.Helo : SpfIdentity.MailFrom, ct);
        string result = verdict.Result.ToString().ToLowerInvariant();
        string said = $"mail from {address} gets {result}{(verdict.Problem.Length > 0 ? $" ({verdict.Problem})" : "")}";
        return verdict.Result switch
        {
            SpfResult.Pass => finding,
            SpfResult.TempError => finding.With(ZoneStatus.TempError, said),
            // Where mail leaves through others, their addresses count; which those are, only they know.
            SpfResult.PermError => finding.With(ZoneStatus.Fail, said),
            _ => finding.With(host.Relays.IsEmpty ? ZoneStatus.Fail : ZoneStatus.Warning, said),
        };
    }

    private async Task<ZoneFinding> CheckDmarcAsync(ZoneRecord record, MoxConfig config, DomainConfig domain, CancellationToken ct)
    {
        var finding = new ZoneFinding { Kind = record.Kind, Name = record.Name, Expected = record };
        DmarcFound found = await _dmarc.FindAsync(domain.Name, ct);
        if (found.Record is not { } policy)
        {
            return found.Status == DmarcStatus.TempError ? finding.With(ZoneStatus.TempError, found.Problem)
                : finding.With(ZoneStatus.Fail, found.Problem.Length > 0 ? found.Problem : "there is none");
        }

        finding = finding with { Found = [policy.Text] };
        if (found.Problem.Length > 0)
        {
            finding = finding.With(ZoneStatus.Warning, found.Problem);
        }

        bool isOfParent = found.Domain != domain.Name;
        if (isOfParent)
        {
            finding = finding.With(ZoneStatus.Pass, $"it is that of {found.Domain}");
        }

        if ((isOfParent ? policy.SubdomainPolicy : policy.Policy) == DmarcPolicy.None)
        {
            finding = finding.With(ZoneStatus.Warning, "nothing is refused: when reports show that all mail of the domain passes, say p=reject");
        }

        if (policy.Percentage < 100)
        {
            finding = finding.With(ZoneStatus.Warning, $"only {policy.Percentage} % of bad mail is refused");
        }

        foreach (DmarcReportAddress report in policy.AggregateReports)
        {
            finding = await CheckReportAsync(finding, report.Address, found.Domain, config, ct);
        }

        return finding.Status == ZoneStatus.Pass ? finding with { Expected = null } : finding;
    }

    private async Task<ZoneFinding> CheckReportAsync(ZoneFinding finding, Address reports, Domain about, MoxConfig config, CancellationToken ct)
    {
        if (config.Domains.ContainsKey(reports.Domain))
        {
            return new AddressResolver(config).Resolve(reports.LocalPart, reports.Domain) is Resolution.ToAccount or Resolution.ToAlias
                ? finding : finding.With(ZoneStatus.Warning, $"reports go to {reports}, which is no address here");
        }

        return await _dmarc.TakesReportsAsync(reports.Domain, about, ct) switch
        {
            true => finding,
            null => finding.With(ZoneStatus.TempError, $"whether {reports.Domain} takes reports about {about} could not be asked"),
            false => finding.With(ZoneStatus.Warning, $"{reports.Domain} does not say that it takes reports about {about} (RFC 7489 section 7.1)"),
        };
    }
}
