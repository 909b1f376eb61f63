using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mox.Addresses;

namespace Mox.EmailAuth.Dkim;

/// <summary>A DKIM-Signature field (RFC 6376 section 3.5).</summary>
public sealed record DkimSignature
{
    private const int MaxSignedFields = 1000;

    private DkimSignature()
    {
    }

    /// <summary>The algorithm as it is named: "rsa-sha256".</summary>
    public required string AlgorithmName { get; init; }

    /// <summary>The algorithm; null when it is none that is taken.</summary>
    public DkimAlgorithm? Algorithm => AlgorithmName switch
    {
        "rsa-sha256" => DkimAlgorithm.Rsa,
        "ed25519-sha256" => DkimAlgorithm.Ed25519,
        _ => null,
    };

    /// <summary>The domain that signs (d=).</summary>
    public required Domain Domain { get; init; }

    /// <summary>Which of its keys (s=).</summary>
    public required Domain Selector { get; init; }

    /// <summary>For whom in it (i=), as written; empty for <c>@domain</c>.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The domain of <see cref="Identity"/>: the signing one or one below it.</summary>
    public required Domain IdentityDomain { get; init; }

    /// <summary>The form of the fields.</summary>
    public Canonicalization HeaderForm { get; init; }

    /// <summary>The form of the body.</summary>
    public Canonicalization BodyForm { get; init; }

    /// <summary>The names of the signed fields, in their order (h=).</summary>
    public required IReadOnlyList<string> SignedFields { get; init; }

    /// <summary>The hash of the body (bh=).</summary>
    public required ReadOnlyMemory<byte> BodyHash { get; init; }

    /// <summary>The signature (b=).</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Whether only a first part of the body is signed (l=).</summary>
    public bool HasLength { get; init; }

    /// <summary>When it was signed (t=); null when it does not say.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>Until when it holds (x=); null for always.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    private enum Kind
    {
        Dkim,
        ArcMessage,
        ArcSeal,
    }

    /// <summary>Parses the value of a field.</summary>
    public static bool TryParse(string value, [NotNullWhen(true)] out DkimSignature? signature, [NotNullWhen(false)] out string? problem) =>
        TryParse(value, Kind.Dkim, out signature, out problem);

    /// <summary>
    /// Parses ARC-Message-Signature, which has an instance in place of version and identity (RFC 8617 section 4.1.2), or ARC-Seal,
    /// which has neither fields nor body (RFC 8617 section 4.1.3).
    /// </summary>
    internal static bool TryParseArc(string value, bool isSeal, [NotNullWhen(true)] out DkimSignature? signature, [NotNullWhen(false)] out string? problem) =>
        TryParse(value, isSeal ? Kind.ArcSeal : Kind.ArcMessage, out signature, out problem);

    private static bool TryParse(string value, Kind kind, [NotNullWhen(true)] out DkimSignature? signature, [NotNullWhen(false)] out string? problem)
    {
        signature = null;
        if (!TagList.TryParse(value, out var tags, out problem))
        {
            return false;
        }

        problem = kind == Kind.Dkim && tags["v"] != "1" ? "the version is not 1" : null;
        string[] forms = (tags.Compact("c") ?? "simple").Split('/');
        (Canonicalization HeaderForm, Canonicalization BodyForm)? canonicalization = Forms(forms);
        string[] fields = (tags.Compact("h") ?? "").Split(':');
        string identity = kind == Kind.Dkim ? tags["i"] ?? "" : "";
        var identityDomain = IdentityOf(identity);
        problem ??= tags["a"] is null ? "the algorithm is missing"
            : canonicalization is null ? "an unknown canonicalization"
            : kind != Kind.ArcSeal && Array.Exists(fields, field => field.Length == 0) || fields.Length > MaxSignedFields ? "a bad list of signed fields"
            : tags["q"] is { } query && !query.Split(':').Any(way => way.Trim() == "dns/txt") ? "the key is not in DNS"
            : null;
        if (problem is not null || !TryDomains(tags, out var domain, out var selector, out problem))
        {
            problem ??= "a bad domain";
            return false;
        }

        identityDomain = identity.Length == 0 ? domain : identityDomain;
        byte[] bodyHash = [];
        if ((kind != Kind.ArcSeal && !TryBase64(tags, "bh", out bodyHash, out problem)) || !TryBase64(tags, "b", out var bytes, out problem)
            || !TryTime(tags, "t", out var signedAt, out problem) || !TryTime(tags, "x", out var expiresAt, out problem))
        {
            return false;
        }

        problem = !identityDomain.IsOrIsUnder(domain) || identityDomain.IsEmpty ? "the identity is not of the signing domain"
            : tags["l"] is { } length && (length.Length == 0 || !length.All(char.IsAsciiDigit)) ? "a bad length"
            : expiresAt < signedAt ? "it expires before it was signed"
            : null;
        if (problem is not null)
        {
            return false;
        }

        signature = new DkimSignature
        {
            AlgorithmName = tags["a"]!.ToLowerInvariant(),
            Domain = domain,
            Selector = selector,
            Identity = identity,
            IdentityDomain = identityDomain,
            HeaderForm = canonicalization!.Value.HeaderForm,
            BodyForm = canonicalization.Value.BodyForm,
            SignedFields = fields,
            BodyHash = bodyHash,
            Signature = bytes,
            HasLength = tags["l"] is not null,
            SignedAt = signedAt,
            ExpiresAt = expiresAt,
        };
        return true;
    }

    /// <summary>Whether a field is signed, whichever of its name.</summary>
    public bool Signs(string name) => SignedFields.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static (Canonicalization, Canonicalization)? Forms(string[] forms) =>
        forms.Length <= 2 && Form(forms[0]) is { } header && Form(forms.Length == 2 ? forms[1] : "simple") is { } body ? (header, body) : null;

    private static Canonicalization? Form(string name) => name.ToLowerInvariant() switch
    {
        "simple" => Canonicalization.Simple,
        "relaxed" => Canonicalization.Relaxed,
        _ => null,
    };

    private static bool TryDomains(TagList tags, out Domain domain, out Domain selector, [NotNullWhen(false)] out string? problem)
    {
        selector = default;
        problem = !Domain.TryParseLax(tags["d"] ?? "", out domain) ? "a bad domain"
            : !Domain.TryParseLax(tags["s"] ?? "", out selector) ? "a bad selector" : null;
        return problem is null;
    }

    private static Domain IdentityOf(string identity) =>
        Domain.TryParseLax(identity[(identity.LastIndexOf('@') + 1)..], out var domain) && identity.Contains('@', StringComparison.Ordinal) ? domain : default;

    private static bool TryBase64(TagList tags, string name, out byte[] bytes, [NotNullWhen(false)] out string? problem)
    {
        string text = tags.Compact(name) ?? "";
        bytes = new byte[text.Length];
        bool isGood = Convert.TryFromBase64String(text, bytes, out int length) && length > 0;
        bytes = bytes[..(isGood ? length : 0)];
        problem = isGood ? null : $"the tag {name} has no base64";
        return isGood;
    }

    private static bool TryTime(TagList tags, string name, out DateTimeOffset? time, [NotNullWhen(false)] out string? problem)
    {
        time = null;
        problem = null;
        if (tags[name] is not { } text)
        {
            return true;
        }

        // Up to 12 digits, which is far past year 9999 (RFC 6376 section 3.5).
        if (text.Length is 0 or > 12 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            problem = $"the tag {name} has no time";
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return true;
    }
}
