using System.CommandLine;
using Mox.Dns;
using Mox.EmailAuth.Dkim;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dkim</c> (RFC 6376).</summary>
internal static class DkimCommand
{
    private static readonly Argument<string> Selector = new("SELECTOR") { Description = "The name of the key." };

    private static readonly Argument<string> DomainName = new("DOMAIN") { Description = "The domain that signs with it." };

    public static Command Create() => OperatorCommand.Noun(
        "dkim",
        """
        Check and make signatures of messages (DKIM), and the keys for it.

        Example:
          mox dkim verify < message.eml
        """,
        CheckCommand.Create(
            "verify",
            """
            Check the signatures of a message from standard input, as it came: with all of its header, its lines unchanged (LF for CRLF does
            not matter). The result is that of the best signature: pass, fail, policy, neutral, none, temperror or permerror.

            Example:
              mox dkim verify < message.eml
            """,
            VerifyAsync),
        DkimSignCommand.Create(),
        DkimKeyCommand.CreateGen(),
        DkimKeyCommand.CreateTxt(),
        CheckCommand.Create(
            "lookup",
            """
            Look up a key, and say whether signatures can be checked with it.

            Example:
              mox dkim lookup 2026a example.org
            """,
            LookupAsync,
            Selector,
            DomainName));

    /// <summary>What is to be said of the signatures of a message.</summary>
    public static Finding Describe(DkimOutcome outcome) => Finding.Of(Finding.Word(outcome.Status))
        .Add("signatures", outcome.Verdicts.Select(Describe))
        .Add("problem", outcome.Verdicts.Count == 0 ? "the message is not signed" : null)
        .Add("duration", outcome.Duration);

    private static Finding Describe(DkimVerdict verdict)
    {
        DkimSignature? signature = verdict.Signature;
        return Finding.Of(Finding.Word(verdict.Status))
            .Add("problem", verdict.Problem)
            .Add("domain", signature?.Domain.Ascii)
            .Add("selector", signature?.Selector.Ascii)
            .Add("identity", signature?.Identity)
            .Add("algorithm", signature?.AlgorithmName)
            .Add("canonicalization", signature is null ? null : $"{Finding.Word(signature.HeaderForm)}/{Finding.Word(signature.BodyForm)}")
            .Add("signed fields", signature is null ? null : string.Join(":", signature.SignedFields))
            .Add("signed at", signature?.SignedAt)
            .Add("expires at", signature?.ExpiresAt)
            .Add("key bits", verdict.KeyBits)
            .Add("authentic", verdict.IsAuthentic);
    }

    private static async Task<int> VerifyAsync(CheckContext context, CancellationToken ct)
    {
        await using MessageInput input = await MessageInput.ReadAsync(context, ct);
        DkimOutcome outcome = await new DkimVerifier(context.Dns, context.Time, context.Metrics).VerifyAsync(input.Message, ct);
        return context.Print(Describe(outcome), outcome.Status == DkimStatus.Pass);
    }

    private static async Task<int> LookupAsync(CheckContext context, CancellationToken ct)
    {
        DnsName name = DkimKeyCommand.RecordName(CheckContext.ToDomain(context.Get(Selector)), context.GetDomain(DomainName));
        var answer = await context.Dns.QueryAsync(name, DnsRecordTypes.Txt, ct);
        Finding about = new Finding().Add("name", $"{name}").Add("authentic", answer.IsAuthentic).Add("records", answer.Records.Select(record => record.Text));
        if (answer.Records.Count == 0)
        {
            return context.Print(
                Finding.Of(answer.IsTemporaryFailure ? "temperror" : "permerror").Add("problem", answer.IsTemporaryFailure ? $"{answer}" : "there is no key").Add(about),
                isPass: false);
        }

        if (!DkimRecord.TryParse(answer.Records[0].Text, out DkimRecord? record, out string? problem))
        {
            return context.Print(Finding.Of("permerror").Add("problem", problem).Add(about), isPass: false);
        }

        bool isKey = record.TryReadKey(out int bits, out problem);
        Finding finding = Finding.Of(isKey ? "pass" : "permerror")
            .Add("problem", problem)
            .Add(about)
            .Add("key type", record.KeyType)
            .Add("key bits", bits)
            .Add("hashes", record.Hashes is null ? null : string.Join(":", record.Hashes))
            .Add("for mail", record.IsForMail)
            .Add("testing", record.IsTesting)
            .Add("not for subdomains", record.IsStrict)
            .Add("notes", record.Notes);
        return context.Print(finding, isKey);
    }
}
