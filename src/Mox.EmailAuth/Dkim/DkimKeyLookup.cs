using Mox.Dns;
using Mox.Dns.Records;

namespace Mox.EmailAuth.Dkim;

/// <summary>Finds the key of a signature, and says whether it may be used for it (RFC 6376 section 6.1.2).</summary>
internal sealed class DkimKeyLookup(IDnsResolver dns)
{
    // A name should have one; some have old ones beside it.
    private const int MaxRecords = 3;

    private readonly DkimKeyCache _keys = new();

    /// <summary>The key records of a selector, as they are published.</summary>
    public async ValueTask<DnsAnswer<TxtRecord>?> AskAsync(DkimSignature signature, CancellationToken ct) =>
        DnsName.TryParse($"{signature.Selector.Ascii}._domainkey.{signature.Domain.Ascii}", out var name)
            ? await dns.QueryAsync(name, DnsRecordTypes.Txt, ct) : null;

    /// <summary>Checks the hash of the signed fields with the keys of the answer.</summary>
    public DkimVerdict Verify(DkimSignature signature, DnsAnswer<TxtRecord>? answer, ReadOnlySpan<byte> hash)
    {
        var verdict = new DkimVerdict { Status = DkimStatus.PermError, Signature = signature, IsAuthentic = answer?.IsAuthentic ?? false };
        if (answer is null or { Records.Count: 0 })
        {
            return answer is { IsTemporaryFailure: true }
                ? verdict with { Status = DkimStatus.TempError, Problem = $"the key could not be asked for: {answer}" }
                : verdict with { Problem = "there is no key" };
        }

        foreach (var text in answer.Records.Take(MaxRecords))
        {
            verdict = VerifyWith(text.Text, verdict, hash);
            if (verdict.Status == DkimStatus.Pass)
            {
                break;
            }
        }

        return verdict;
    }

    private DkimVerdict VerifyWith(string text, DkimVerdict verdict, ReadOnlySpan<byte> hash)
    {
        var signature = verdict.Signature!;
        verdict = verdict with { Status = DkimStatus.PermError, Record = null, KeyBits = 0 };
        if (!DkimRecord.TryParse(text, out var record, out string? problem))
        {
            return verdict with { Problem = $"a bad key record: {problem}" };
        }

        verdict = verdict with { Record = record };
        problem = record.Key.IsEmpty ? "the key was revoked"
            : record.KeyType != (signature.Algorithm == DkimAlgorithm.Rsa ? "rsa" : "ed25519") ? $"the key is of the type {record.KeyType}"
            : record.Hashes is { } hashes && !hashes.Contains("sha256") ? "the key is for another hash"
            : !record.IsForMail ? "the key is not for mail"
            : record.IsStrict && signature.IdentityDomain != signature.Domain ? "the key is not for subdomains"
            : null;
        if (problem is not null || _keys.Get(signature.Algorithm!.Value, record.Key.Span, out problem) is not { } key)
        {
            return verdict with { Problem = problem! };
        }

        bool isGood = key.Verify(hash, signature.Signature.Span);
        return verdict with
        {
            KeyBits = key.Bits,
            Status = record.IsTesting ? DkimStatus.None : isGood ? DkimStatus.Pass : DkimStatus.Fail,
            Problem = record.IsTesting ? "the domain is only trying out its key" : isGood ? "" : "the signature does not match the signed fields",
        };
    }
}
