using Mox.Addresses;
using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>Finds out whether a host may send mail for a domain (RFC 7208).</summary>
/// <remarks>Thread-safe; holds nothing between checks.</remarks>
public sealed class SpfVerifier(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    /// <summary>How long a check may take; past it, <see cref="SpfResult.TempError"/> (RFC 7208 section 4.6.4).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Checks one identity of a sender. Only the caller's cancellation throws.</summary>
    public async Task<SpfVerdict> VerifyAsync(SpfSender sender, SpfIdentity identity, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sender);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("spf.verify");
        bool isHelo = identity == SpfIdentity.Helo || sender.MailFrom.IsEmpty;
        var domain = isHelo ? Domain.TryParseLax(sender.Helo, out var helo) ? helo : default : sender.MailFrom.Domain;
        var values = new SpfMacroValues(sender, isHelo ? "postmaster" : LocalPart(sender.MailFrom), domain.Ascii, time);
        var verdict = new SpfVerdict { Result = SpfResult.None, Identity = identity, Domain = domain, Sender = values.Sender };
        // A name that is no domain of the Internet has no word to say (RFC 7208 section 4.3).
        verdict = domain.IsEmpty || !domain.Ascii.Contains('.', StringComparison.Ordinal)
            ? verdict with { Problem = "the sender names no domain that could be asked" }
            : await CheckAsync(sender, values, verdict, ct);
        verdict = verdict with { Duration = time.GetElapsedTime(started) };
        metrics.Checked("spf", verdict.Result.ToString(), verdict.Duration);
        activity?.SetTag("result", verdict.Result.ToString());
        return verdict;
    }

    // An empty one stands for postmaster (RFC 7208 section 4.3).
    private static string LocalPart(Address address) => address.LocalPart.Value.Length == 0 ? "postmaster" : address.LocalPart.Value;

    private async Task<SpfVerdict> CheckAsync(SpfSender sender, SpfMacroValues values, SpfVerdict verdict, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        var evaluation = new SpfEvaluation(dns, sender, values);
        SpfEnd end;
        string? explanation = null;
        try
        {
            end = await evaluation.CheckHostAsync(DnsName.Of(verdict.Domain), either.Token);
            verdict = verdict with { IsAuthentic = evaluation.Questions.IsAuthentic };
            explanation = end is { Result: SpfResult.Fail, Explanation: var (macros, domain) }
                ? await evaluation.ExplainAsync(macros, domain, either.Token) : null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            end = new SpfEnd(SpfResult.TempError) { Problem = $"it took longer than {Deadline.TotalSeconds} s" };
        }

        return verdict with
        {
            Result = end.Result,
            Record = end.Record,
            Mechanism = end.Mechanism,
            Problem = end.Problem,
            Explanation = explanation,
            Lookups = evaluation.Questions.Lookups,
            VoidLookups = evaluation.Questions.VoidLookups,
            Trail = evaluation.Trail,
        };
    }
}
