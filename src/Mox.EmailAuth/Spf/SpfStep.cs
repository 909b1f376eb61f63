namespace Mox.EmailAuth.Spf;

/// <summary>One step of an evaluation, for people.</summary>
/// <param name="Domain">Whose record it was.</param>
/// <param name="Term">The directive or modifier as it stands there.</param>
/// <param name="Outcome">What came of it: "match", "no match", "temperror", "permerror", with the reason.</param>
public sealed record SpfStep(string Domain, string Term, string Outcome)
{
    /// <summary>"example.org: include:x.example: no match".</summary>
    public override string ToString() => $"{Domain}: {Term}: {Outcome}";
}
