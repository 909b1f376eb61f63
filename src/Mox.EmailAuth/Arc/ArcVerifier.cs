using System.Buffers;
using System.Security.Cryptography;
using Mox.Dns;
using Mox.EmailAuth.Dkim;
using Mox.Mime;

namespace Mox.EmailAuth.Arc;

/// <summary>Checks chains of seals (RFC 8617 section 5.2).</summary>
/// <remarks>Thread-safe. A chain takes at most 100 questions, two for each of 50 sets.</remarks>
public sealed class ArcVerifier(IDnsResolver dns, TimeProvider time, EmailAuthMetrics metrics)
{
    private readonly DkimKeyLookup _keys = new(dns);

    /// <summary>Checks the chain of a message. Only cancellation and reading throw.</summary>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async Task<ArcVerdict> VerifyAsync(AuthMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        long started = time.GetTimestamp();
        using var activity = EmailAuthMetrics.Activities.StartActivity("arc.verify");
        var sets = ArcChain.Read(message.Header, out string? problem);
        var verdict = new ArcVerdict
        {
            Status = problem is not null ? ArcStatus.Fail : ArcStatus.None,
            Problem = problem ?? "",
            Sealers = [.. sets.Where(set => set.Sealed is not null).Select(set => set.Sealed!.Domain)],
            LastResults = sets.Count > 0 ? sets[^1].Results.Text() : "",
        };
        verdict = problem is not null || sets.Count == 0 ? verdict : await VerifyAsync(message, sets, verdict, ct);
        verdict = verdict with { Duration = time.GetElapsedTime(started) };
        metrics.Checked("arc", verdict.Status.ToString(), verdict.Duration);
        activity?.SetTag("result", verdict.Status.ToString());
        return verdict;
    }

    private async Task<ArcVerdict> VerifyAsync(AuthMessage message, List<ArcSet> sets, ArcVerdict verdict, CancellationToken ct)
    {
        HeaderField[] fields = [.. message.Header.Fields()];
        var last = await VerifyMessageAsync(message, fields, sets[^1], ct);
        if (last.Status != DkimStatus.Pass)
        {
            return Broken(verdict, $"{ArcChain.MessageSignatureName} {sets.Count}", last);
        }

        for (int i = sets.Count - 1; i >= 0; i--)
        {
            var seal = await VerifyAsync(sets[i].Sealed!, SealHash(sets, i), ct);
            if (seal.Status != DkimStatus.Pass)
            {
                return Broken(verdict, $"{ArcChain.SealName} {i + 1}", seal);
            }
        }

        int oldest = 0;
        for (int i = sets.Count - 2; i >= 0 && oldest == 0; i--)
        {
            oldest = (await VerifyMessageAsync(message, fields, sets[i], ct)).Status == DkimStatus.Pass ? 0 : i + 2;
        }

        return verdict with { Status = ArcStatus.Pass, OldestPass = oldest };
    }

    private static ArcVerdict Broken(ArcVerdict verdict, string what, DkimVerdict why) => verdict with
    {
        Status = why.Status == DkimStatus.TempError ? ArcStatus.TempError : ArcStatus.Fail,
        Problem = $"{what}: {why.Problem}",
    };

    private async ValueTask<DkimVerdict> VerifyMessageAsync(AuthMessage message, HeaderField[] fields, ArcSet set, CancellationToken ct)
    {
        var signature = set.Signed!;
        var bytes = new ArrayBufferWriter<byte>(2048);
        foreach (var field in SignedFields.Select(fields, signature.SignedFields))
        {
            HeaderCanonicalizer.Write(bytes, field, signature.HeaderForm);
        }

        HeaderCanonicalizer.WriteUnsigned(bytes, set.MessageSignature, signature.HeaderForm);
        var verdict = await VerifyAsync(signature, SHA256.HashData(bytes.WrittenSpan), ct);
        byte[] body = await message.BodyHashAsync(signature.BodyForm, ct);
        return verdict.Status == DkimStatus.Pass && (signature.HasLength || !body.AsSpan().SequenceEqual(signature.BodyHash.Span))
            ? verdict with { Status = DkimStatus.Fail, Problem = "the body is not the one that was signed" } : verdict;
    }

    private async ValueTask<DkimVerdict> VerifyAsync(DkimSignature signature, byte[] hash, CancellationToken ct) =>
        _keys.Verify(signature, await _keys.AskAsync(signature, ct), hash);

    // All sets up to this one, in the relaxed form, the seal itself without its signature (RFC 8617 section 5.1.1).
    private static byte[] SealHash(List<ArcSet> sets, int index)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        for (int i = 0; i <= index; i++)
        {
            HeaderCanonicalizer.Write(bytes, sets[i].Results, Canonicalization.Relaxed);
            HeaderCanonicalizer.Write(bytes, sets[i].MessageSignature, Canonicalization.Relaxed);
            if (i < index)
            {
                HeaderCanonicalizer.Write(bytes, sets[i].Seal, Canonicalization.Relaxed);
            }
        }

        HeaderCanonicalizer.WriteUnsigned(bytes, sets[index].Seal, Canonicalization.Relaxed);
        return SHA256.HashData(bytes.WrittenSpan);
    }
}
