using System.Security.Cryptography;
using Mox.Dns;
using Mox.Dns.Records;
using Mox.EmailAuth.Dkim;

namespace Mox.Queue;

/// <summary>Compares a key in DNS with the one that signs.</summary>
internal sealed class ZoneKeyCheck(IDnsResolver dns)
{
    // Smaller ones are still taken by most (RFC 8301 section 3.2).
    private const int GoodRsaBits = 2048;

    public async Task<ZoneFinding> RunAsync(ZoneRecord record, CancellationToken ct)
    {
        var finding = new ZoneFinding { Kind = record.Kind, Name = record.Name, Expected = record };
        DnsAnswer<TxtRecord> answer = await dns.QueryAsync(record.Name, DnsRecordTypes.Txt, ct);
        if (answer.IsTemporaryFailure)
        {
            return finding.With(ZoneStatus.TempError, answer.ToString());
        }

        string[] texts = [.. answer.Records.Select(txt => txt.Text)];
        finding = finding with { Found = texts };
        if (texts.Length != 1)
        {
            return finding.With(ZoneStatus.Fail, texts.Length == 0 ? "there is none" : "there is more than one, and verifiers may take any (RFC 6376 section 3.6.2.2): keep one");
        }

        if (!DkimRecord.TryParse(texts[0], out DkimRecord? found, out string? problem))
        {
            return finding.With(ZoneStatus.Fail, problem);
        }

        // Ours can be read: we wrote it.
        _ = DkimRecord.TryParse(record.Value, out DkimRecord? ours, out _);
        finding = Compare(finding, found, ours!);
        return finding.Status == ZoneStatus.Pass ? finding with { Expected = null } : finding;
    }

    private static ZoneFinding Compare(ZoneFinding finding, DkimRecord found, DkimRecord ours)
    {
        string? wrong = found.Key.IsEmpty ? "the key was revoked"
            : found.KeyType != ours.KeyType ? $"it is a key of the type {found.KeyType}, and we sign with {ours.KeyType}"
            : !found.Key.Span.SequenceEqual(ours.Key.Span) ? "it is another key than the one that signs"
            : found.Hashes is { } hashes && !hashes.Contains("sha256") ? "the key is for another hash than SHA-256"
            : !found.IsForMail ? "the key is not for mail" : null;
        if (wrong is not null)
        {
            return finding.With(ZoneStatus.Fail, wrong);
        }

        if (found.IsTesting)
        {
            finding = finding.With(ZoneStatus.Warning, "the key is only being tried out (t=y), so that signatures count for nothing");
        }

        return RsaBits(ours) is { } bits and < GoodRsaBits
            ? finding.With(ZoneStatus.Warning, $"the key has {bits} bits: make one with {GoodRsaBits} (mox dkim gen), under another selector") : finding;
    }

    private static int? RsaBits(DkimRecord record)
    {
        if (record.KeyType != "rsa")
        {
            return null;
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(record.Key.Span, out _);
        return rsa.KeySize;
    }
}
