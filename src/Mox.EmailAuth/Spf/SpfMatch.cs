namespace Mox.EmailAuth.Spf;

/// <summary>What came of a mechanism: it matches, it does not, or the whole check ends with an error.</summary>
internal readonly record struct SpfMatch(bool IsMatch, SpfResult? Error = null, string Problem = "")
{
    public static SpfMatch Yes => new(true);

    public static SpfMatch No => new(false);

    public static SpfMatch TempError(string problem) => new(false, SpfResult.TempError, problem);

    public static SpfMatch PermError(string problem) => new(false, SpfResult.PermError, problem);

    public override string ToString() => Error is { } error ? $"{error.ToString().ToLowerInvariant()}: {Problem}" : IsMatch ? "match" : "no match";
}
