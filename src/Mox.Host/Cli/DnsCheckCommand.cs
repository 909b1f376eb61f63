using System.CommandLine;
using Mox.Config;
using Mox.Host.Cli.Checks;
using Mox.Queue;

namespace Mox.Host.Cli;

/// <summary><c>mox dnscheck</c>.</summary>
internal static class DnsCheckCommand
{
    public static Command Create() => CheckCommand.Create(
        "dnscheck",
        """
        Check whether DNS says of a domain what `mox dnsrecords` prints: MX, SPF, DKIM and DMARC. For each record that is not right, it says what
        is wrong, and what would be right. Ends with exit code 0 only when nothing is wrong; a warning is not wrong.

        Example:
          mox dnscheck example.org
        """,
        RunAsync,
        DnsRecordsCommand.DomainName,
        OperatorCommand.Config);

    private static async Task<int> RunAsync(CheckContext context, CancellationToken ct)
    {
        using LiveConfig live = ConfigDirectory.Open(OperatorContext.DirectoryOf(context.Get(OperatorCommand.Config)), context.Time);
        DomainConfig domain = DnsRecordsCommand.Find(live.Current, context.Get(DnsRecordsCommand.DomainName));
        IReadOnlyList<ZoneFinding> findings = await new ZoneCheck(context.Dns, context.Time, context.Metrics).RunAsync(live.Current, domain, ct);
        ZoneStatus worst = findings.Max(finding => finding.Status);
        return context.Print(
            Finding.Of(Finding.Word(worst)).Add("domain", domain.Name.ToString()).Add("records", findings.Select(Describe)), worst <= ZoneStatus.Warning);
    }

    private static Finding Describe(ZoneFinding finding) => Finding.Of(Finding.Word(finding.Status))
        .Add("kind", Finding.Word(finding.Kind))
        .Add("name", finding.Name.ToString())
        .Add("type", finding.Type)
        .Add("found", finding.Found)
        .Add("remarks", finding.Remarks)
        .Add("expected", (finding.Expected?.ToString() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
