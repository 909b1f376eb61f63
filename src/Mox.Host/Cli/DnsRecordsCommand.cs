using System.CommandLine;
using System.Text.Json.Serialization;
using Mox.Addresses;
using Mox.Config;
using Mox.Dns;
using Mox.Queue;

namespace Mox.Host.Cli;

/// <summary><c>mox dnsrecords</c>.</summary>
internal static class DnsRecordsCommand
{
    /// <summary>The domain that is asked about.</summary>
    public static readonly Argument<string> DomainName = new("DOMAIN") { Description = "One of ours, as in example.org." };

    public static Command Create() => OperatorCommand.Create(
        "dnsrecords",
        """
        Print the DNS records that a domain needs, so that mail for it comes here and mail from it is believed: MX, SPF, DKIM and DMARC. The
        output can be put into the zone file as it is; records of other zones are comments in it. `mox dnscheck` tells whether they are there.

        Example:
          mox dnsrecords example.org
        """,
        (context, _) => Task.FromResult(Print(context)),
        DomainName);

    /// <summary>A domain of a configuration.</summary>
    /// <exception cref="UserErrorException">It is none of ours.</exception>
    public static DomainConfig Find(MoxConfig config, string text) =>
        Domain.TryParse(text, out Domain name) && config.Domains.TryGetValue(name, out DomainConfig? domain)
            ? domain : throw new UserErrorException($"{text} is not one of our domains: see mox domain list");

    private static int Print(OperatorContext context)
    {
        using LiveConfig live = ConfigDirectory.Open(context.ConfigDirectory, TimeProvider.System);
        DomainConfig domain = Find(live.Current, context.Get(DomainName));
        IReadOnlyList<ZoneRecord> records = ZoneRecords.Of(live.Current, domain);
        ZoneLine[] lines = [.. records.Select(record => new ZoneLine(record.Name.ToString(), ZoneRecord.Ttl, record.Type, record.Value, record.Comments))];
        context.Print(lines, ZoneJson.Default.ZoneLineArray, output =>
        {
            foreach (ZoneRecord record in records)
            {
                foreach (string comment in record.Comments)
                {
                    output.WriteLine($"; {comment}");
                }

                // A zone file must not have names of other zones.
                bool isOfOthers = !record.Name.IsOrIsUnder(DnsName.Of(domain.Name));
                output.WriteLine(isOfOthers ? $"; {record.ToString().Replace("\n", "\n; ", StringComparison.Ordinal)}" : record.ToString());
                output.WriteLine();
            }

            if (live.Current.SignerOf(domain.Name) is null)
            {
                output.WriteLine($"; Nothing signs mail from {domain.Name}: name a key for it in domains.json (DKIM).");
            }
        });
        return 0;
    }
}

/// <summary>A record as JSON.</summary>
internal sealed record ZoneLine(string Name, int Ttl, string Type, string Value, IReadOnlyList<string> Comments);

/// <summary>The JSON of <c>mox dnsrecords</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ZoneLine[]))]
internal sealed partial class ZoneJson : JsonSerializerContext;
