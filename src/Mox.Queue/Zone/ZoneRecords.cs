using System.Net.Sockets;
using Mox.Addresses;
using Mox.Config;
using Mox.Dns;
using Mox.EmailAuth.Dkim;

namespace Mox.Queue;

/// <summary>The records that the zone of a domain should have for mail.</summary>
public static class ZoneRecords
{
    /// <summary>The localpart to which others send their reports about mail from a domain.</summary>
    public const string ReportLocalPart = "dmarcreports";

    private const string MaxReportSize = "10m";

    /// <summary>All of a domain of ours: MX, SPF, DKIM, DMARC, and SPF of the host itself.</summary>
    /// <exception cref="IOException">A key file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A key file has no key.</exception>
    public static IReadOnlyList<ZoneRecord> Of(MoxConfig config, DomainConfig domain)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(domain);
        var host = new MailHost(config);
        List<ZoneRecord> records = [Mx(domain, host), Spf(domain, host)];
        if (HostSpf(config) is { } hostSpf)
        {
            records.Add(hostSpf);
        }

        records.AddRange(config.SignerOf(domain.Name) is { } signer ? signer.Dkim!.Selectors.Select(selector => Dkim(signer, selector, domain)) : []);
        records.AddRange(Dmarc(config, domain) is { } dmarc ? [dmarc] : []);
        return records;
    }

    /// <summary>The record of a key.</summary>
    internal static ZoneRecord Dkim(DomainConfig signer, DkimSelectorConfig selector, DomainConfig domain)
    {
        using DkimPrivateKey key = DkimPrivateKey.FromPem(SecretFile.ReadAll(selector.KeyFile));
        List<string> comments = [signer.Dkim!.Sign.Contains(selector) ? "A key that signs its mail (DKIM)." : "A key for later: it does not sign yet (DKIM)."];
        if (signer != domain)
        {
            comments.Add($"It is in the zone of {signer.Name.Ascii}, whose keys sign mail from {domain.Name.Ascii} too.");
        }

        return new ZoneRecord
        {
            Kind = ZoneRecordKind.Dkim,
            Name = DnsName.Parse($"{selector.Name.Ascii}._domainkey.{signer.Name.Ascii}"),
            Value = DkimRecord.Compose(key.Algorithm, key.PublicKey),
            Comments = comments,
        };
    }

    private static ZoneRecord Mx(DomainConfig domain, MailHost host) => new()
    {
        Kind = ZoneRecordKind.Mx,
        Name = DnsName.Of(domain.Name),
        Value = $"10 {DnsName.Of(host.Names[0])}",
        Comments = ["Mail for the domain comes to this host."],
    };

    private static ZoneRecord Spf(DomainConfig domain, MailHost host)
    {
        IEnumerable<string> addresses = host.Addresses.Select(
            address => $"{(address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address}");
        List<string> comments = ["Which hosts send its mail (SPF); ~all and not -all, so that forwarded mail can still pass by its signature."];
        comments.AddRange(host.Relays.Select(
            relay => $"Mail leaves through {relay}: put in what its people tell you to, as in include:..., before ~all."));
        return new ZoneRecord
        {
            Kind = ZoneRecordKind.Spf,
            Name = DnsName.Of(domain.Name),
            Value = string.Join(' ', (string[])["v=spf1", .. addresses, "mx", "~all"]),
            Comments = comments,
        };
    }

    // A host name that has mail itself has a record of that domain.
    private static ZoneRecord? HostSpf(MoxConfig config) => config.Domains.ContainsKey(config.Hostname) ? null : new ZoneRecord
    {
        Kind = ZoneRecordKind.HostSpf,
        Name = DnsName.Of(config.Hostname),
        Value = "v=spf1 a -all",
        Comments = ["That nobody else greets with the name of this host, and its reports are believed (SPF); once for all domains."],
    };

    private static ZoneRecord? Dmarc(MoxConfig config, DomainConfig domain)
    {
        // Too long a domain has no policy of its own.
        if (!DnsName.TryParse($"_dmarc.{domain.Name.Ascii}", out DnsName name))
        {
            return null;
        }

        List<string> comments = ["Others refuse mail that says it is from the domain, and is neither signed nor sent by it (DMARC)."];
        var reports = new Address(LocalPart.Parse(ReportLocalPart), domain.Name);
        bool takesReports = new AddressResolver(config).Resolve(reports.LocalPart, reports.Domain) is Resolution.ToAccount or Resolution.ToAlias;
        if (!takesReports)
        {
            comments.Add($"For reports of others, make the address {reports} (mox address add), and print these records again.");
        }

        return new ZoneRecord
        {
            Kind = ZoneRecordKind.Dmarc,
            Name = name,
            Value = "v=DMARC1; p=reject" + (takesReports ? $"; rua=mailto:{reports.ToAsciiString()}!{MaxReportSize}" : ""),
            Comments = comments,
        };
    }
}
