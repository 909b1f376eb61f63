using System.CommandLine;
using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth.Spf;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox spf</c> (RFC 7208).</summary>
internal static class SpfCommand
{
    private static readonly Argument<string> Record = new("RECORD") { Description = "The text of a record, in quotes." };

    private static readonly Argument<string> DomainName = new("DOMAIN") { Description = "The domain whose record it is." };

    public static Command Create() => OperatorCommand.Noun(
        "spf",
        """
        Whether a host may send mail for a domain (SPF).

        Example:
          mox spf check --ip 192.0.2.1 --mailfrom anna@example.org
        """,
        CheckCommand.Create(
            "check",
            """
            Check a client, and print each term that was tried. With --mailfrom its domain is asked; with --helo alone, the name of EHLO.
            The result is pass, fail, softfail, neutral, none, temperror or permerror.

            Example:
              mox spf check --ip 192.0.2.1 --helo mail.example.org --mailfrom anna@example.org
            """,
            CheckAsync,
            SenderOptions.NeededIp,
            SenderOptions.Helo,
            SenderOptions.MailFrom,
            SenderOptions.Receiver),
        CheckCommand.CreateOffline(
            "parse",
            """
            Read a record without asking anybody: pass when its grammar is good, else permerror and what is wrong.

            Example:
              mox spf parse "v=spf1 mx ip4:192.0.2.0/24 -all"
            """,
            (context, _) => Task.FromResult(Print(context, context.Get(Record), new Finding())),
            Record),
        CheckCommand.Create(
            "lookup",
            """
            Look up the record of a domain, and read it.

            Example:
              mox spf lookup example.org
            """,
            LookupAsync,
            DomainName));

    /// <summary>What is to be said of a verdict.</summary>
    public static Finding Describe(SpfVerdict verdict) => Finding.Of(Finding.Word(verdict.Result))
        .Add("identity", Finding.Word(verdict.Identity))
        .Add("domain", verdict.Domain.Ascii)
        .Add("sender", verdict.Sender)
        .Add("record", verdict.Record)
        .Add("mechanism", verdict.Mechanism)
        .Add("explanation", verdict.Explanation)
        .Add("problem", verdict.Problem)
        .Add("trail", verdict.Trail.Select(step => $"{step}"))
        .Add("lookups", verdict.Lookups)
        .Add("void lookups", verdict.VoidLookups)
        .Add("authentic", verdict.IsAuthentic)
        .Add("duration", verdict.Duration);

    private static async Task<int> CheckAsync(CheckContext context, CancellationToken ct)
    {
        (SpfSender sender, SpfIdentity identity) = SenderOptions.Read(context, context.Get(SenderOptions.NeededIp)!);
        SpfVerdict verdict = await new SpfVerifier(context.Dns, context.Time, context.Metrics).VerifyAsync(sender, identity, ct);
        return context.Print(Describe(verdict), verdict.Result == SpfResult.Pass);
    }

    private static async Task<int> LookupAsync(CheckContext context, CancellationToken ct)
    {
        Domain domain = context.GetDomain(DomainName);
        var answer = await context.Dns.QueryAsync(DnsName.Of(domain), DnsRecordTypes.Txt, ct);
        string[] records = [.. answer.Records.Select(record => record.Text).Where(SpfRecord.IsSpf)];
        Finding about = new Finding().Add("domain", domain.Ascii).Add("authentic", answer.IsAuthentic);
        return (answer.IsTemporaryFailure, records.Length) switch
        {
            (true, _) => context.Print(Finding.Of("temperror").Add(about).Add("problem", $"{answer}"), isPass: false),
            (_, 0) => context.Print(Finding.Of("none").Add(about).Add("problem", "the domain has no SPF record"), isPass: false),
            (_, 1) => Print(context, records[0], about),
            _ => context.Print(Finding.Of("permerror").Add(about).Add("problem", "the domain has more than one SPF record").Add("records", records), isPass: false),
        };
    }

    private static int Print(CheckContext context, string text, Finding about)
    {
        if (!SpfRecord.TryParse(text, out SpfRecord? record, out string? problem))
        {
            return context.Print(Finding.Of("permerror").Add(about).Add("record", text).Add("problem", problem), isPass: false);
        }

        Finding finding = Finding.Of("pass")
            .Add(about)
            .Add("record", text)
            .Add("directives", record.Directives.Select(directive => $"{Finding.Word(directive.Qualifier)} {directive.Text}"))
            .Add("redirect", record.Redirect?.Text)
            .Add("explanation", record.Explanation?.Text)
            .Add("terms that ask DNS", record.Directives.Count(directive => directive.Mechanism.AsksDns) + (record.Redirect is null ? 0 : 1));
        return context.Print(finding, isPass: true);
    }
}
