using System.Security.Cryptography;
using Mox.Config;
using Mox.Net.Tls;

namespace Mox.Host.Serving;

/// <summary>Loads the certificates of a listener, and says in words why one cannot be used.</summary>
internal static class Certificates
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The certificates, or null for a listener without TLS.</summary>
    /// <exception cref="UserErrorException">A file is missing, not PEM, or readable by others.</exception>
    public static async Task<ServerCertificates?> LoadAsync(ListenerConfig listener, CancellationToken ct)
    {
        if (listener.Tls is not { } tls)
        {
            return null;
        }

        var loaded = new List<ServerCertificate>();
        foreach (CertificateConfig pair in tls.Certificates)
        {
            loaded.Add(await LoadAsync(pair, ct));
        }

        return new ServerCertificates(loaded);
    }

    private static async Task<ServerCertificate> LoadAsync(CertificateConfig pair, CancellationToken ct)
    {
        string? keyFile = pair.KeyFile == pair.CertificateFile ? null : pair.KeyFile;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(pair.KeyFile) & Others) != 0)
            {
                throw new UserErrorException($"private key {pair.KeyFile} can be read by other users: chmod 600 it");
            }

            return await new CertificateFiles(pair.CertificateFile, keyFile).LoadAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            string key = keyFile is null ? "" : $" with key {keyFile}";
            throw new UserErrorException($"certificate {pair.CertificateFile}{key} cannot be used: {OneLine(e.Message)}: correct Tls:Certificates, or the files", e);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
