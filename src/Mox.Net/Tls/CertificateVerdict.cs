namespace Mox.Net.Tls;

/// <summary>What a client found about a server's certificate (RFC 5280 section 6, RFC 6125 section 6).</summary>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Text">The same in words; empty when nothing is wrong.</param>
public sealed record CertificateVerdict(CertificateProblem Problem, string Text)
{
    /// <summary>The server is who it should be.</summary>
    public bool IsValid => Problem == CertificateProblem.None;
}
