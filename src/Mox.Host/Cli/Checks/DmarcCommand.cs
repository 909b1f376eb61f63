using System.CommandLine;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.PublicSuffix;
using Mox.EmailAuth.Spf;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dmarc</c> (RFC 7489).</summary>
internal static class DmarcCommand
{
    private static readonly Argument<string> DomainName = new("DOMAIN") { Description = "The domain of From." };

    private static readonly Option<bool> TreeWalk = new("--tree-walk")
    {
        Description = "Find the owner of a domain by walking up the tree (RFC 9989), not by the public suffix list.",
    };

    public static Command Create() => OperatorCommand.Noun(
        "dmarc",
        """
        Whether a message is from whom it says, and what its author's domain wants done when it is not (DMARC).

        Example:
          mox dmarc lookup example.org
        """,
        CheckCommand.Create(
            "verify",
            """
            Check a message from standard input: its signatures, SPF when --ip says who the client is, and both against the domain of From.
            The policy is printed as it holds for a message that the sample (pct) takes. The result is pass, fail, none, temperror or permerror.

            Example:
              mox dmarc verify --ip 192.0.2.1 --helo mail.example.org --mailfrom anna@example.org < message.eml
            """,
            VerifyAsync,
            SenderOptions.Ip,
            SenderOptions.Helo,
            SenderOptions.MailFrom,
            SenderOptions.Receiver,
            TreeWalk),
        CheckCommand.Create(
            "lookup",
            """
            Look up the policy that holds for mail from a domain: its own, or that of its owner's domain.

            Example:
              mox dmarc lookup news.example.org
            """,
            LookupAsync,
            DomainName,
            TreeWalk),
        CheckCommand.Create(
            "check-report-addresses",
            """
            Check whether those whom a policy names for reports take them: a domain of another owner must say so.

            Example:
              mox dmarc check-report-addresses example.org
            """,
            CheckReportAddressesAsync,
            DomainName,
            TreeWalk));

    private static async Task<int> VerifyAsync(CheckContext context, CancellationToken ct)
    {
        SpfVerdict spf = await SpfAsync(context, ct);
        await using MessageInput input = await MessageInput.ReadAsync(context, ct);
        DkimOutcome dkim = await new DkimVerifier(context.Dns, context.Time, context.Metrics).VerifyAsync(input.Message, ct);
        // The smallest number is below every percentage but 0.
        DmarcVerifier verifier = new(Lookup(context), context.Dns, context.Time, context.Metrics, draw: () => 0);
        DmarcVerdict verdict = await verifier.VerifyAsync(input.Message.Header, spf, dkim, ct);
        Finding finding = Finding.Of(Finding.Word(verdict.Status))
            .Add("problem", verdict.Problem)
            .Add("from domain", verdict.FromDomain.Ascii)
            .Add("spf aligned", verdict.IsSpfAligned)
            .Add("dkim aligned", verdict.IsDkimAligned)
            .Add("disposition", Finding.Word(verdict.Disposition))
            .Add("sampled out", verdict.IsSampledOut)
            .Add("policy", verdict.Found is { } found ? Describe(found) : Finding.Of("none"))
            .Add("spf", SpfCommand.Describe(spf))
            .Add("dkim", DkimCommand.Describe(dkim))
            .Add("duration", verdict.Duration);
        return context.Print(finding, verdict.Status == DmarcStatus.Pass);
    }

    private static async Task<SpfVerdict> SpfAsync(CheckContext context, CancellationToken ct)
    {
        if (context.Get(SenderOptions.Ip) is not { } ip)
        {
            return context.Get(SenderOptions.Helo) is null && context.Get(SenderOptions.MailFrom) is null
                ? new SpfVerdict { Result = SpfResult.None, Identity = SpfIdentity.MailFrom, Problem = "the client is not known" }
                : throw new UserErrorException("--helo and --mailfrom say nothing without the client's address: give --ip IP");
        }

        (SpfSender sender, SpfIdentity identity) = SenderOptions.Read(context, ip);
        return await new SpfVerifier(context.Dns, context.Time, context.Metrics).VerifyAsync(sender, identity, ct);
    }

    private static async Task<int> LookupAsync(CheckContext context, CancellationToken ct)
    {
        DmarcFound found = await Lookup(context).FindAsync(context.GetDomain(DomainName), ct);
        return context.Print(Describe(found), found.Record is not null);
    }

    private static async Task<int> CheckReportAddressesAsync(CheckContext context, CancellationToken ct)
    {
        DmarcLookup lookup = Lookup(context);
        DmarcFound found = await lookup.FindAsync(context.GetDomain(DomainName), ct);
        if (found.Record is not { } record)
        {
            return context.Print(Describe(found), isPass: false);
        }

        List<Finding> parts = [];
        List<bool?> takes = [];
        foreach (DmarcReportAddress address in record.AggregateReports.Concat(record.FailureReports).Distinct())
        {
            bool? isTaken = await lookup.TakesReportsAsync(address.Address.Domain, found.Domain, ct);
            takes.Add(isTaken);
            parts.Add(Finding.Of(Word(isTaken))
                .Add("address", $"{address.Address}")
                .Add("problem", isTaken == false ? $"{address.Address.Domain.Ascii} does not say that it takes reports about {found.Domain.Ascii}" : null));
        }

        string result = takes.Count == 0 ? "none" : takes.Contains(false) ? Word(false) : takes.Contains(null) ? Word(null) : Word(true);
        Finding finding = Finding.Of(result)
            .Add("problem", takes.Count == 0 ? "the policy names nobody for reports" : null)
            .Add("domain", found.Domain.Ascii)
            .Add("addresses", parts)
            .Add("record", record.Text);
        return context.Print(finding, takes.Count > 0 && takes.TrueForAll(isTaken => isTaken == true));
    }

    private static string Word(bool? isTaken) => isTaken switch { true => "pass", false => "fail", null => "temperror" };

    private static DmarcLookup Lookup(CheckContext context) => new(context.Dns, PublicSuffixList.Default, context.Get(TreeWalk));

    private static Finding Describe(DmarcFound found)
    {
        DmarcRecord? record = found.Record;
        Finding finding = Finding.Of(Finding.Word(found.Status))
            .Add("problem", found.Status == DmarcStatus.None && found.Problem.Length == 0 ? "the domain has no policy" : found.Problem)
            .Add("domain", found.Domain.Ascii)
            .Add("organizational domain", found.OrganizationalDomain.Ascii)
            .Add("authentic", found.IsAuthentic)
            .Add("record", record?.Text);
        return record is null ? finding : finding
            .Add("policy", Finding.Word(record.Policy))
            .Add("subdomain policy", Finding.Word(record.SubdomainPolicy))
            .Add("nonexistent policy", Finding.Word(record.NonexistentPolicy))
            .Add("percentage", record.Percentage)
            .Add("testing", record.IsTesting)
            .Add("strict dkim", record.IsDkimStrict)
            .Add("strict spf", record.IsSpfStrict)
            .Add("aggregate reports", record.AggregateReports.Select(address => $"{address.Address}"))
            .Add("failure reports", record.FailureReports.Select(address => $"{address.Address}"));
    }
}
