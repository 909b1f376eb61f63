using System.CommandLine;
using Mox.Addresses;
using Mox.EmailAuth.Dnsbl;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dnsbl</c> (RFC 5782).</summary>
internal static class DnsblCommand
{
    private static readonly Argument<string> Zone = new("ZONE") { Description = "The list, as in bl.example.net." };

    private static readonly Argument<string> Ip = new("IP") { Description = "An address, IPv4 or IPv6." };

    public static Command Create() => OperatorCommand.Noun(
        "dnsbl",
        """
        Ask block lists.

        Example:
          mox dnsbl check bl.example.net 192.0.2.1
        """,
        CheckCommand.Create(
            "check",
            """
            Ask a list about an address: pass when it is not on the list, fail when it is, temperror when the list does not work.

            Example:
              mox dnsbl check bl.example.net 192.0.2.1
            """,
            CheckAsync,
            Zone,
            Ip),
        CheckCommand.Create(
            "health",
            """
            Check whether a list works: one that does names 127.0.0.2, and does not name 127.0.0.1.

            Example:
              mox dnsbl health bl.example.net
            """,
            HealthAsync,
            Zone));

    private static async Task<int> CheckAsync(CheckContext context, CancellationToken ct)
    {
        long started = context.Time.GetTimestamp();
        DnsblVerdict verdict = await Verifier(context).VerifyAsync(context.GetDomain(Zone), CheckContext.ToIp(context.Get(Ip)), ct);
        string result = verdict.Status switch { DnsblStatus.NotListed => "pass", DnsblStatus.Listed => "fail", _ => "temperror" };
        Finding finding = Finding.Of(result)
            .Add("zone", verdict.Zone.Ascii)
            .Add(verdict.Status == DnsblStatus.Listed ? "explanation" : "problem", verdict.Explanation)
            .Add("duration", context.Time.GetElapsedTime(started));
        return context.Print(finding, verdict.Status == DnsblStatus.NotListed);
    }

    private static async Task<int> HealthAsync(CheckContext context, CancellationToken ct)
    {
        Domain zone = context.GetDomain(Zone);
        long started = context.Time.GetTimestamp();
        string problem = await Verifier(context).CheckHealthAsync(zone, ct);
        Finding finding = Finding.Of(problem.Length == 0 ? "pass" : "fail")
            .Add("zone", zone.Ascii).Add("problem", problem).Add("duration", context.Time.GetElapsedTime(started));
        return context.Print(finding, problem.Length == 0);
    }

    private static DnsblVerifier Verifier(CheckContext context) => new(context.Dns, context.Time, context.Metrics);
}
