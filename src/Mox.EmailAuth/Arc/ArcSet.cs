using Mox.EmailAuth.Dkim;
using Mox.Mime;

namespace Mox.EmailAuth.Arc;

/// <summary>What one hop added: what it found out, the message as it saw it, and the seal on all before (RFC 8617 section 4.2).</summary>
/// <param name="Instance">Its place in the chain, from 1.</param>
/// <param name="Results">ARC-Authentication-Results.</param>
/// <param name="MessageSignature">ARC-Message-Signature.</param>
/// <param name="Seal">ARC-Seal.</param>
internal sealed record ArcSet(int Instance, HeaderField Results, HeaderField MessageSignature, HeaderField Seal)
{
    public DkimSignature? Signed { get; init; }

    public DkimSignature? Sealed { get; init; }

    /// <summary>What the seal says of the chain before it: "none", "pass" or "fail".</summary>
    public string ChainValidation { get; init; } = "";
}
