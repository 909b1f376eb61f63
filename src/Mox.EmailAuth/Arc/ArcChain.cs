using System.Globalization;
using Mox.EmailAuth.Dkim;
using Mox.Mime;

namespace Mox.EmailAuth.Arc;

/// <summary>Reads the chain out of a header, and holds its form against the rules (RFC 8617 section 5.2, steps 1 to 3).</summary>
internal static class ArcChain
{
    /// <summary>Longer chains are broken (RFC 8617 section 4.2.1).</summary>
    public const int MaxInstances = 50;

    public const string ResultsName = "ARC-Authentication-Results";
    public const string MessageSignatureName = "ARC-Message-Signature";
    public const string SealName = "ARC-Seal";

    /// <summary>The sets in their order; the problem is null when the form is good. No sets and no problem: there is no chain.</summary>
    public static List<ArcSet> Read(HeaderBlock header, out string? problem)
    {
        Dictionary<(string Name, int Instance), HeaderField> fields = [];
        foreach (var field in header)
        {
            string? name = field.Is(ResultsName) ? ResultsName : field.Is(MessageSignatureName) ? MessageSignatureName : field.Is(SealName) ? SealName : null;
            if (name is null)
            {
                continue;
            }

            int instance = InstanceOf(field.Text());
            if (instance is < 1 or > MaxInstances || !fields.TryAdd((name, instance), field))
            {
                problem = instance is < 1 or > MaxInstances ? $"{name} has a bad instance" : $"{name} has the instance {instance} twice";
                return [];
            }
        }

        List<ArcSet> sets = [];
        problem = null;
        int count = fields.Count == 0 ? 0 : fields.Keys.Max(key => key.Instance);
        for (int i = 1; i <= count && problem is null; i++)
        {
            if (fields.TryGetValue((ResultsName, i), out var results) && fields.TryGetValue((MessageSignatureName, i), out var message)
                && fields.TryGetValue((SealName, i), out var seal))
            {
                problem = Parse(new ArcSet(i, results, message, seal), out var set);
                sets.Add(set);
            }
            else
            {
                problem = $"the set {i} is not whole";
            }
        }

        return sets;
    }

    private static string? Parse(ArcSet set, out ArcSet parsed)
    {
        parsed = set;
        if (!DkimSignature.TryParseArc(set.MessageSignature.Text(), isSeal: false, out var signed, out string? problem))
        {
            return $"{MessageSignatureName} {set.Instance}: {problem}";
        }

        if (!DkimSignature.TryParseArc(set.Seal.Text(), isSeal: true, out var seal, out problem) || !TagList.TryParse(set.Seal.Text(), out var tags, out problem))
        {
            return $"{SealName} {set.Instance}: {problem}";
        }

        parsed = set with { Signed = signed, Sealed = seal, ChainValidation = tags["cv"]?.ToLowerInvariant() ?? "" };
        return signed.Signs(SealName) ? $"{MessageSignatureName} {set.Instance} signs seals"
            : tags["h"] is not null ? $"{SealName} {set.Instance} names fields"
            : signed.Algorithm is null || seal.Algorithm is null ? $"the set {set.Instance} has an unknown algorithm"
            : parsed.ChainValidation != (set.Instance == 1 ? "none" : "pass") ? $"{SealName} {set.Instance} says that the chain before it is \"{parsed.ChainValidation}\""
            : null;
    }

    // The first tag: "i=1; ...".
    private static int InstanceOf(string value)
    {
        int end = value.IndexOf(';', StringComparison.Ordinal);
        TagList? tags = null;
        if (end > 0 && value.TrimStart().StartsWith('i'))
        {
            _ = TagList.TryParse(value[..end], out tags, out _);
        }
        else
        {
            // Signatures may have it anywhere.
            _ = TagList.TryParse(value, out tags, out _);
        }

        return int.TryParse(tags?["i"], NumberStyles.None, CultureInfo.InvariantCulture, out int instance) ? instance : 0;
    }
}
