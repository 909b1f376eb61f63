using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>A certificate with its private key and chain, ready for handshakes.</summary>
public sealed class ServerCertificate
{
    private ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection? intermediates)
    {
        Leaf = leaf;
        // Offline: a handshake never waits for a fetch.
        Context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
        TlsServerEndPoint = ChannelBinding.TlsServerEndPoint(leaf);
        Names = CertificateNames.Of(leaf);
    }

    /// <summary>The certificate itself.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The DNS names it is for, lower-case; may hold a wildcard as the first label.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Its channel binding (RFC 5929 section 4.1); empty when its signature algorithm defines none.</summary>
    public ReadOnlyMemory<byte> TlsServerEndPoint { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Takes a certificate that has its private key.</summary>
    public static ServerCertificate From(X509Certificate2 leaf, X509Certificate2Collection? intermediates = null) =>
        leaf.HasPrivateKey ? new(leaf, intermediates) : throw new CryptographicException("The certificate has no private key.");

    /// <summary>Reads a PEM chain (leaf first) and its private key.</summary>
    /// <exception cref="CryptographicException">The files hold no certificate, no key, or the key of another certificate.</exception>
    public static ServerCertificate FromPem(string certificatePem, string keyPem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificatePem);
        if (chain.Count == 0)
        {
            throw new CryptographicException("The file holds no certificate.");
        }

        X509Certificate2 leaf;
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The private key does not belong to the certificate.", e);
        }

        chain[0].Dispose();
        chain.RemoveAt(0);
        return new ServerCertificate(Persistable(leaf), chain);
    }

    /// <summary>Reads a PKCS #12 file with its chain.</summary>
    /// <exception cref="CryptographicException">The file is broken, the password wrong, or there is no private key.</exception>
    public static ServerCertificate FromPfx(byte[] pfx, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(pfx, password, X509KeyStorageFlags.DefaultKeySet);
        var leaf = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("The file holds no private key.");
        all.Remove(leaf);
        return new ServerCertificate(leaf, all);
    }

    /// <summary>Windows does not take keys that live only in memory into a handshake.</summary>
    private static X509Certificate2 Persistable(X509Certificate2 leaf)
    {
        if (!OperatingSystem.IsWindows())
        {
            return leaf;
        }

        using (leaf)
        {
            return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        }
    }
}
