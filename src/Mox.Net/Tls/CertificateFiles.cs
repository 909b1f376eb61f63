using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>Where one certificate is kept: PEM chain and key (may be one file), or a PKCS #12 file.</summary>
/// <param name="CertificatePath">The PEM chain, leaf first, or the .pfx/.p12 file.</param>
/// <param name="KeyPath">The private key in PEM; null when it is in the same file.</param>
/// <param name="PfxPassword">The password of a PKCS #12 file.</param>
public sealed record CertificateFiles(string CertificatePath, string? KeyPath = null, string? PfxPassword = null)
{
    /// <summary>Reads and checks the files.</summary>
    public async ValueTask<ServerCertificate> LoadAsync(CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(CertificatePath, cancellationToken);
        if (X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pkcs12)
        {
            return ServerCertificate.FromPfx(bytes, PfxPassword);
        }

        var certificate = System.Text.Encoding.UTF8.GetString(bytes);
        var key = KeyPath is null ? certificate : await File.ReadAllTextAsync(KeyPath, cancellationToken);
        return ServerCertificate.FromPem(certificate, key);
    }
}
