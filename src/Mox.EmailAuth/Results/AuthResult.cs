namespace Mox.EmailAuth.Results;

/// <summary>The result of one method (RFC 8601 section 2.2).</summary>
/// <param name="Method">The method: "spf", "dkim".</param>
/// <param name="Result">Its result: "pass", "fail".</param>
public sealed record AuthResult(string Method, string Result)
{
    /// <summary>For people, in parentheses; empty for none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Why; empty for nothing.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it is about.</summary>
    public IReadOnlyList<AuthProperty> Properties { get; init; } = [];
}
