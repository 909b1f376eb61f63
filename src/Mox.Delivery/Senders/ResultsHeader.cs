using System.Globalization;
using Mox.EmailAuth.Arc;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Results;
using Mox.EmailAuth.Spf;
using static Mox.Delivery.Senders.SenderResults;

namespace Mox.Delivery.Senders;

/// <summary>Writes what was found out into the header: Authentication-Results (RFC 8601) and Received-SPF (RFC 7208 section 9.1).</summary>
internal static class ResultsHeader
{
    // So much of a signature tells it from the others of the message.
    private const int SignatureBytes = 9;

    /// <summary>Both fields, the same for all recipients.</summary>
    /// <param name="host">Our name.</param>
    /// <param name="results">What was found out.</param>
    public static string Compose(string host, SenderResults results)
    {
        string field = new AuthenticationResults(host, [.. Results(results)]).Compose();
        return results.Spf is { } spf ? field + ReceivedSpf.Compose(spf, results.Sender) : field;
    }

    private static IEnumerable<AuthResult> Results(SenderResults results)
    {
        if (results.IsOwnQueue && !results.Sender.MailFrom.IsEmpty)
        {
            yield return new AuthResult("auth", "pass") { Properties = [new AuthProperty("smtp", "mailfrom", results.Sender.MailFrom.ToAsciiString())] };
        }

        if (results.IpRev is { } ipRev)
        {
            yield return new AuthResult("iprev", Word<EmailAuth.IpRevStatus>(ipRev.Status))
            {
                Comment = ipRev.Problem.Length > 0 ? ipRev.Problem : Dnssec(ipRev.IsAuthentic),
                Properties = [new AuthProperty("policy", "iprev", $"{results.Sender.ClientIp}")],
            };
        }

        foreach (var dkim in results.Dkim.Verdicts)
        {
            yield return Dkim(dkim);
        }

        if (results.Dkim.Verdicts.Count == 0)
        {
            yield return new AuthResult("dkim", "none");
        }

        if (results.Arc is { Status: not ArcStatus.None } arc)
        {
            yield return Arc(arc);
        }

        if (results.Spf is { } spf)
        {
            yield return Spf(spf, results);
        }

        if (results.Dmarc is { } dmarc)
        {
            yield return Dmarc(dmarc);
        }
    }

    private static AuthResult Dkim(DkimVerdict dkim) => new("dkim", Word<DkimStatus>(dkim.Status))
    {
        Comment = dkim.KeyBits > 0 ? string.Create(CultureInfo.InvariantCulture, $"{dkim.KeyBits} bit key, {Dnssec(dkim.IsAuthentic)}") : "",
        Reason = dkim.Problem,
        Properties = dkim.Signature is not { } signature ? [] :
        [
            new AuthProperty("header", "d", signature.Domain.Ascii),
            new AuthProperty("header", "s", signature.Selector.Ascii),
            new AuthProperty("header", "a", signature.AlgorithmName),
            new AuthProperty("header", "b", Convert.ToBase64String(signature.Signature.Span[..Math.Min(SignatureBytes, signature.Signature.Length)])),
            new AuthProperty("header", "i", signature.Identity.Length > 0 ? signature.Identity : $"@{signature.Domain.Ascii}"),
        ],
    };

    // The RFC has no word for a key that could not be had (RFC 8617 section 4.4).
    private static AuthResult Arc(ArcVerdict arc) => new("arc", Word<ArcStatus>(arc.Status == ArcStatus.TempError ? ArcStatus.Fail : arc.Status))
    {
        Comment = arc.Sealers.Count > 0 ? $"sealed by {string.Join(", ", arc.Sealers.Take(5).Select(sealer => sealer.Ascii))}" : "",
        Reason = arc.Problem,
        Properties = arc.Status == ArcStatus.Pass
            ? [new AuthProperty("header", "oldest-pass", arc.OldestPass.ToString(CultureInfo.InvariantCulture))]
            : [],
    };

    private static AuthResult Spf(SpfVerdict spf, SenderResults results) => new("spf", Word<SpfResult>(spf.Result))
    {
        Comment = spf.Result == SpfResult.None ? "" : Dnssec(spf.IsAuthentic),
        Reason = spf.Problem,
        Properties =
        [
            results.Sender.MailFrom.IsEmpty
                ? new AuthProperty("smtp", "helo", results.Sender.Helo)
                : new AuthProperty("smtp", "mailfrom", results.Sender.MailFrom.ToAsciiString()),
        ],
    };

    private static AuthResult Dmarc(DmarcVerdict dmarc) => new("dmarc", Word<DmarcStatus>(dmarc.Status))
    {
        Comment = dmarc.Found?.Record is null ? ""
            : $"policy {Word<DmarcPolicy>(Policy(dmarc))} of {dmarc.Found.Domain.Ascii}, {Dnssec(dmarc.Found.IsAuthentic)}"
                + (dmarc.IsSampledOut ? ", not applied to this one" : ""),
        Reason = dmarc.Problem,
        Properties = dmarc.FromDomain.IsEmpty ? [] : [new AuthProperty("header", "from", dmarc.FromDomain.Ascii)],
    };

    private static DmarcPolicy Policy(DmarcVerdict dmarc) => dmarc.Status == DmarcStatus.Pass ? dmarc.Found!.Record!.Policy : dmarc.Policy;

    private static string Dnssec(bool isAuthentic) => isAuthentic ? "with dnssec" : "without dnssec";
}
