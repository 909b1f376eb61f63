using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>How the evaluation of one domain's record ended.</summary>
internal sealed record SpfEnd(SpfResult Result)
{
    public string Problem { get; init; } = "";

    public string Record { get; init; } = "";

    public string Mechanism { get; init; } = "";

    /// <summary>The explanation that belongs to the record that decided, and its domain.</summary>
    public (SpfMacroString Macros, DnsName Domain)? Explanation { get; init; }
}
