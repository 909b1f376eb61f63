using System.Buffers;
using System.Security.Cryptography;
using Mox.Dns;
using Mox.Dns.Records;
using Mox.EmailAuth.Native;
using Mox.EmailAuth.PublicSuffix;
using Mox.Mime;

namespace Mox.EmailAuth.Dkim;

/// <summary>Checks the signatures of messages (RFC 6376 section 6).</summary>
/// <remarks>Thread-safe. Keeps keys that it has read, at most a thousand.</remarks>
public sealed class DkimVerifier(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    /// <summary>The most signatures of a message that are looked at; what comes after them is not there.</summary>
    public const int MaxSignatures = 10;

    private const string FieldName = "DKIM-Signature";

    private readonly DkimKeyLookup _keys = new(dns);

    /// <summary>Checks all signatures of a message, at most <see cref="MaxSignatures"/>. Only cancellation and reading throw.</summary>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async Task<DkimOutcome> VerifyAsync(AuthMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("dkim.verify");
        HeaderField[] fields = [.. message.Header.Fields()];
        var signatures = fields.Where(field => field.Is(FieldName)).Take(MaxSignatures).Select(field => new Candidate(field)).ToList();
        bool hasSubject = Array.Exists(fields, field => field.Is("Subject"));
        foreach (var candidate in signatures)
        {
            candidate.Verdict = Refusal(candidate, hasSubject);
            // The questions go out together; the body is read meanwhile.
            candidate.Answer = candidate.Verdict is null ? _keys.AskAsync(candidate.Signature!, ct).AsTask() : null;
        }

        foreach (var candidate in signatures.Where(candidate => candidate.Verdict is null))
        {
            var signature = candidate.Signature!;
            byte[] body = await message.BodyHashAsync(signature.BodyForm, ct);
            var verdict = _keys.Verify(signature, await candidate.Answer!, HeaderHash(fields, candidate));
            bool isBody = CryptographicOperations.FixedTimeEquals(body, signature.BodyHash.Span);
            candidate.Verdict = verdict.Status == DkimStatus.Pass && !isBody
                ? verdict with { Status = DkimStatus.Fail, Problem = "the body is not the one that was signed" } : verdict;
        }

        var outcome = new DkimOutcome([.. signatures.Select(candidate => candidate.Verdict!)], time.GetElapsedTime(started));
        metrics.Checked("dkim", outcome.Status.ToString(), outcome.Duration);
        activity?.SetTag("result", outcome.Status.ToString());
        return outcome;
    }

    // What is refused without a key.
    private DkimVerdict? Refusal(Candidate candidate, bool hasSubject)
    {
        if (!DkimSignature.TryParse(candidate.Field.Text(), out var signature, out string? problem))
        {
            return new DkimVerdict { Status = DkimStatus.PermError, Problem = problem };
        }

        candidate.Signature = signature;
        var (status, reason) = signature switch
        {
            { AlgorithmName: "rsa-sha1" } => (DkimStatus.Fail, "SHA-1 proves nothing"),
            { Algorithm: null } => (DkimStatus.PermError, "an unknown algorithm"),
            { Algorithm: DkimAlgorithm.Ed25519 } when !Ed25519.IsSupported => (DkimStatus.Neutral, "Ed25519 cannot be checked here"),
            _ when !signature.Signs("From") => (DkimStatus.PermError, "From is not signed"),
            // Anybody could add to the end of such a body (RFC 6376 section 8.2).
            { HasLength: true } => (DkimStatus.Policy, "only a part of the body is signed"),
            _ when !signature.Signs("Subject") && hasSubject => (DkimStatus.Policy, "Subject is not signed"),
            _ when PublicSuffixList.Default.IsPublicSuffix(signature.Domain) => (DkimStatus.Policy, "the signing domain is a public suffix"),
            _ when signature.ExpiresAt < time.GetUtcNow() => (DkimStatus.Fail, "the signature has expired"),
            _ => (DkimStatus.None, ""),
        };
        return reason.Length == 0 ? null : new DkimVerdict { Status = status, Signature = signature, Problem = reason };
    }

    private static byte[] HeaderHash(HeaderField[] fields, Candidate candidate)
    {
        var signature = candidate.Signature!;
        var bytes = new ArrayBufferWriter<byte>(2048);
        foreach (var field in SignedFields.Select(fields, signature.SignedFields))
        {
            HeaderCanonicalizer.Write(bytes, field, signature.HeaderForm);
        }

        HeaderCanonicalizer.WriteUnsigned(bytes, candidate.Field, signature.HeaderForm);
        return SHA256.HashData(bytes.WrittenSpan);
    }

    private sealed class Candidate(HeaderField header)
    {
        public HeaderField Field => header;

        public DkimSignature? Signature { get; set; }

        public Task<DnsAnswer<TxtRecord>?>? Answer { get; set; }

        public DkimVerdict? Verdict { get; set; }
    }
}
