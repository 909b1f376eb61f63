using System.Diagnostics.CodeAnalysis;

namespace Mox.EmailAuth.Dkim;

/// <summary>A key record (RFC 6376 section 3.6.1).</summary>
public sealed record DkimRecord
{
    private DkimRecord()
    {
    }

    /// <summary>The kind of key as it is named (k=): "rsa", "ed25519", or one that nobody knows.</summary>
    public string KeyType { get; init; } = "rsa";

    /// <summary>The key (p=); empty when it was revoked.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The hash algorithms that may be used (h=); null for all.</summary>
    public IReadOnlyList<string>? Hashes { get; init; }

    /// <summary>Whether the key is for mail (s=).</summary>
    public bool IsForMail { get; init; } = true;

    /// <summary>Whether the domain only tries DKIM out (t=y).</summary>
    public bool IsTesting { get; init; }

    /// <summary>Whether signatures must name the signing domain itself (t=s).</summary>
    public bool IsStrict { get; init; }

    /// <summary>What the domain's people say (n=); written by strangers.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Parses the text of a record.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DkimRecord? record, [NotNullWhen(false)] out string? problem)
    {
        record = null;
        if (!TagList.TryParse(text, out var tags, out problem))
        {
            return false;
        }

        problem = tags["v"] is { } version && (version != "DKIM1" || tags.Tags[0].Name != "v") ? "the version is not DKIM1, or does not come first"
            : tags["p"] is null ? "there is no key" : null;
        byte[] key = new byte[tags.Compact("p")?.Length ?? 0];
        int length = 0;
        if (problem is null && !Convert.TryFromBase64String(tags.Compact("p")!, key, out length))
        {
            problem = "the key is no base64";
        }

        if (problem is not null)
        {
            return false;
        }

        string[] services = List(tags["s"] ?? "*"), flags = List(tags["t"] ?? "");
        record = new DkimRecord
        {
            KeyType = tags["k"]?.ToLowerInvariant() ?? "rsa",
            Key = key.AsMemory(0, length),
            Hashes = tags["h"] is { } hashes ? List(hashes) : null,
            IsForMail = services.Contains("*") || services.Contains("email"),
            IsTesting = flags.Contains("y"),
            IsStrict = flags.Contains("s"),
            Notes = tags["n"] ?? "",
        };
        return true;
    }

    /// <summary>Whether signatures can be checked with the key: its size, or what is wrong.</summary>
    public bool TryReadKey(out int bits, [NotNullWhen(false)] out string? problem)
    {
        DkimAlgorithm? algorithm = KeyType switch { "rsa" => DkimAlgorithm.Rsa, "ed25519" => DkimAlgorithm.Ed25519, _ => null };
        bits = 0;
        problem = Key.IsEmpty ? "the key was revoked" : algorithm is null ? $"the key is of the type {KeyType}" : null;
        if (problem is not null || !DkimPublicKey.TryRead(algorithm!.Value, Key.Span, out var key, out problem))
        {
            return false;
        }

        bits = key.Bits;
        return true;
    }

    /// <summary>The text of a record for a key.</summary>
    public static string Compose(DkimAlgorithm algorithm, ReadOnlySpan<byte> key) =>
        $"v=DKIM1;{(algorithm == DkimAlgorithm.Ed25519 ? "k=ed25519;" : "")}h=sha256;p={Convert.ToBase64String(key)}";

    private static string[] List(string value) => [.. value.Split(':').Select(item => item.Trim().ToLowerInvariant())];
}
