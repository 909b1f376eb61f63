using System.CommandLine;
using System.Net;
using Mox.Dns;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dns</c>: what DNS says, as mox sees it.</summary>
internal static class DnsCommand
{
    private static readonly Argument<string> Type = new("TYPE") { Description = $"{string.Join(", ", DnsRecordTypes.All.Select(type => type.Name))}." };

    private static readonly Argument<string> Name = new("NAME") { Description = "An absolute name, the dot at its end or not; for PTR also an IP address." };

    public static Command Create() => OperatorCommand.Noun(
        "dns",
        """
        Ask DNS as mox does.

        Example:
          mox dns lookup MX example.org
        """,
        CheckCommand.Create(
            "lookup",
            """
            Look up records, and say whether DNSSEC proves them. Search domains are not used; aliases are followed. The result is NOERROR,
            NODATA, NXDOMAIN, SERVFAIL, REFUSED, or what kept a server from answering.

            Example:
              mox dns lookup TXT _dmarc.example.org --resolver 127.0.0.1:53
            """,
            LookupAsync,
            Type,
            Name));

    /// <summary>What the RFCs call the end of a question.</summary>
    public static string Word(DnsStatus status) => status == DnsStatus.Ok ? "NOERROR" : status.ToString().ToUpperInvariant();

    private static async Task<int> LookupAsync(CheckContext context, CancellationToken ct)
    {
        string typeName = context.Get(Type), text = context.Get(Name);
        DnsRecordType type = DnsRecordTypes.Find(typeName)
            ?? throw new UserErrorException($"there is no record type \"{typeName}\": use {string.Join(", ", DnsRecordTypes.All)}");
        DnsName name = type == DnsRecordTypes.Ptr && IPAddress.TryParse(text, out IPAddress? address) ? DnsName.Of(address) : ToName(text);
        long started = context.Time.GetTimestamp();
        DnsAnswer<string> answer = await type.LookupAsync(context.Dns, name, ct);
        Finding finding = Finding.Of(Word(answer.Status))
            .Add("name", $"{answer.CanonicalName}")
            .Add("authentic", answer.IsAuthentic)
            .Add("ttl", (long)answer.Ttl.TotalSeconds)
            .Add("records", answer.Records)
            .Add("problem", answer.Explanation)
            .Add("extended error", answer.ExtendedError?.ToString())
            .Add("duration", context.Time.GetElapsedTime(started));
        return context.Print(finding, answer.Status == DnsStatus.Ok);
    }

    // Names of people's languages are domains; what else DNS may hold is not.
    private static DnsName ToName(string text) =>
        DnsName.TryParse(text, out DnsName name) ? name : DnsName.Of(CheckContext.ToDomain(text));
}
