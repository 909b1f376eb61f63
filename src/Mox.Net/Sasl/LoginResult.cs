namespace Mox.Net.Sasl;

/// <summary>The end of an attempt to log in.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Account">The account that is now open; null unless <see cref="LoginOutcome.Ok"/>.</param>
/// <param name="LoginAddress">The address that was used, in canonical form; null unless known.</param>
/// <param name="Delay">What to wait before answering (the tarpit after failed attempts); zero without limits.</param>
public sealed record LoginResult(LoginOutcome Outcome, string? Account, string? LoginAddress, TimeSpan Delay)
{
    /// <summary>What the operator wants the user to read, with <see cref="LoginOutcome.LoginDisabled"/>; null for a text of the protocol's.</summary>
    public string? Text { get; init; }

    /// <summary>True when the login succeeded.</summary>
    public bool IsOk => Outcome == LoginOutcome.Ok;

    /// <summary>An attempt that ended without an account and without a delay.</summary>
    public static LoginResult Failed(LoginOutcome outcome) => new(outcome, null, null, TimeSpan.Zero);
}
