using System.Collections.Immutable;
using System.Security.Authentication;

namespace Mox.Config;

/// <summary>The certificates of a listener. <c>Tls</c>.</summary>
public sealed record TlsConfig
{
    /// <summary>At least one pair; the first serves clients that send no name, or a name that no certificate has. <c>Certificates</c>.</summary>
    public required ImmutableArray<CertificateConfig> Certificates { get; init; }

    /// <summary>The lowest version taken: Tls12 (default) or Tls13. <c>MinimumVersion</c>.</summary>
    public SslProtocols MinimumVersion { get; init; } = SslProtocols.Tls12;
}

/// <summary>Absolute paths of PEM files: certificate with its chain, and private key (mode 0600).</summary>
public sealed record CertificateConfig(string CertificateFile, string KeyFile);
