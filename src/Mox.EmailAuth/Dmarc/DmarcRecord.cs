using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mox.EmailAuth.Dmarc;

/// <summary>A policy record (RFC 7489 section 6.3; np, psd and t by RFC 9989).</summary>
public sealed record DmarcRecord
{
    private const string Version = "DMARC1";
    private const int MaxReportAddresses = 20;

    private DmarcRecord(string text) => Text = text;

    /// <summary>As it is published.</summary>
    public string Text { get; }

    /// <summary>For mail from the domain (p=).</summary>
    public DmarcPolicy Policy { get; private init; }

    /// <summary>For mail from domains below it (sp=); as <see cref="Policy"/> where it is not said.</summary>
    public DmarcPolicy SubdomainPolicy { get; private init; }

    /// <summary>For mail from domains below it that do not exist (np=); as <see cref="SubdomainPolicy"/> where it is not said.</summary>
    public DmarcPolicy NonexistentPolicy { get; private init; }

    /// <summary>Whether a DKIM domain must be the author's itself (adkim=s).</summary>
    public bool IsDkimStrict { get; private init; }

    /// <summary>Whether an SPF domain must be the author's itself (aspf=s).</summary>
    public bool IsSpfStrict { get; private init; }

    /// <summary>To how many of a hundred messages the policy is applied (pct=).</summary>
    public int Percentage { get; private init; } = 100;

    /// <summary>Whether the policy is only tried out (t=y): the next weaker one is applied.</summary>
    public bool IsTesting { get; private init; }

    /// <summary>Whether the domain says that people register names below it (psd=y), or that they do not (psd=n); null where it does not say.</summary>
    public bool? IsPublicSuffix { get; private init; }

    /// <summary>How long the time of an aggregate report is to be (ri=).</summary>
    public TimeSpan ReportInterval { get; private init; } = TimeSpan.FromDays(1);

    /// <summary>Where aggregate reports go (rua=), at most 20; URIs that cannot be understood are left out.</summary>
    public IReadOnlyList<DmarcReportAddress> AggregateReports { get; private init; } = [];

    /// <summary>Where reports of single failures go (ruf=), likewise.</summary>
    public IReadOnlyList<DmarcReportAddress> FailureReports { get; private init; } = [];

    /// <summary>Which failures are reported (fo=): "0", "1", "d", "s".</summary>
    public IReadOnlyList<string> FailureOptions { get; private init; } = ["0"];

    /// <summary>Whether a text is meant as a policy: it says so with its first tag.</summary>
    public static bool IsDmarc(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = text.IndexOf(';', StringComparison.Ordinal);
        string[] first = (end < 0 ? text : text[..end]).Split('=', 2);
        return first.Length == 2 && first[0].Trim() == "v" && first[1].Trim() == Version;
    }

    /// <summary>Parses a record.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DmarcRecord? record, [NotNullWhen(false)] out string? problem)
    {
        record = null;
        if (!IsDmarc(text))
        {
            problem = $"the record does not begin with v={Version}";
            return false;
        }

        if (!TagList.TryParse(text, out var tags, out problem))
        {
            return false;
        }

        var reports = Addresses(tags["rua"]);
        var policy = PolicyOf(tags["p"]);
        // A bad policy with somebody to tell of it counts as none (RFC 7489 section 6.6.3).
        problem = policy is null && reports.Count == 0 ? "there is no policy"
            : Bad(tags, "adkim", "r", "s") ?? Bad(tags, "aspf", "r", "s") ?? Bad(tags, "t", "y", "n") ?? Bad(tags, "psd", "y", "n", "u")
            ?? (tags["sp"] is { } sp && PolicyOf(sp) is null && reports.Count == 0 ? "the tag sp has no policy" : null)
            ?? (tags["np"] is { } np && PolicyOf(np) is null && reports.Count == 0 ? "the tag np has no policy" : null);
        if (problem is not null || !TryNumber(tags, "pct", 100, 100, out uint percentage, out problem)
            || !TryNumber(tags, "ri", 86_400, uint.MaxValue, out uint interval, out problem))
        {
            problem ??= "a bad number";
            return false;
        }

        bool isBroken = policy is null || (tags["sp"] is { } below && PolicyOf(below) is null) || (tags["np"] is { } none && PolicyOf(none) is null);
        var main = isBroken ? DmarcPolicy.None : policy!.Value;
        var subdomains = isBroken ? DmarcPolicy.None : PolicyOf(tags["sp"]) ?? main;
        record = new DmarcRecord(text)
        {
            Policy = main,
            SubdomainPolicy = subdomains,
            NonexistentPolicy = isBroken ? DmarcPolicy.None : PolicyOf(tags["np"]) ?? subdomains,
            IsDkimStrict = Is(tags, "adkim", "s"),
            IsSpfStrict = Is(tags, "aspf", "s"),
            Percentage = (int)percentage,
            IsTesting = Is(tags, "t", "y"),
            IsPublicSuffix = Is(tags, "psd", "y") ? true : Is(tags, "psd", "n") ? false : null,
            ReportInterval = TimeSpan.FromSeconds(interval),
            AggregateReports = reports,
            FailureReports = Addresses(tags["ruf"]),
            FailureOptions = [.. (tags["fo"] ?? "0").Split(':').Select(option => option.Trim().ToLowerInvariant())],
        };
        return true;
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    private static DmarcPolicy? PolicyOf(string? value) => value?.ToLowerInvariant() switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };

    private static bool Is(TagList tags, string name, string value) => string.Equals(tags[name], value, StringComparison.OrdinalIgnoreCase);

    private static string? Bad(TagList tags, string name, params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            if (tags[name] is null || Is(tags, name, value))
            {
                return null;
            }
        }

        return $"the tag {name} has an unknown value";
    }

    private static bool TryNumber(TagList tags, string name, uint standard, uint max, out uint value, [NotNullWhen(false)] out string? problem)
    {
        value = standard;
        problem = tags[name] is not { } text || (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max)
            ? null : $"the tag {name} has no number";
        return problem is null;
    }

    private static List<DmarcReportAddress> Addresses(string? list)
    {
        List<DmarcReportAddress> addresses = [];
        foreach (string uri in (list ?? "").Split(',').Take(MaxReportAddresses))
        {
            if (DmarcReportAddress.TryParse(uri, out var address))
            {
                addresses.Add(address);
            }
        }

        return addresses;
    }
}
