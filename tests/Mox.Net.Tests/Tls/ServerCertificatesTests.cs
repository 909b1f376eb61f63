using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Tls;

public sealed class ServerCertificatesTests : IDisposable
{
    // Made with openssl: .NET signs neither with SHA-1 nor with Ed25519.
    private const string RsaSha1 =
        "MIICBjCCAW+gAwIBAgIUDJKduQqDOiupXMXIeTSowSCdlhMwDQYJKoZIhvcNAQEFBQAwFDESMBAGA1UEAwwJYS5leGFtcGxlMCAXDTI2MTEyMT" +
        "ExMDIzNFoYDzIxMjYxMDI4MTEwMjM0WjAUMRIwEAYDVQQDDAlhLmV4YW1wbGUwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAMXOne6aPJp6" +
        "opQmgEmMHSvsPFg7VQXmRZr2Z2g9g2JnSDloSCkzp1cFQY4Ot5q+kHtMWVh6MLELe6MtnI4ycCRBb4n1t8DYu0ubeIP5NV/eM4pto2DhfVfQIs" +
        "f3pkrrF/TZqjOTL3KjJL1wlQK7KMdNPJqfZQseL+/yDXt6WyBfAgMBAAGjUzBRMB0GA1UdDgQWBBSBX56B+OAxCn3ISAhya0Sq45umATAfBgNV" +
        "HSMEGDAWgBSBX56B+OAxCn3ISAhya0Sq45umATAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBBQUAA4GBAIcueW5aqnp71d0M9xuxMSPxMm" +
        "xLxYuGdGS6taEhXU8g1ywn5fUxEvPyB99gBvaZFi+i/RC17GkQE2uFfkFKREgg4jeucWhVeOEvz8ExFF7LGkX+vIU1o7NNU5OSpUyWrB8QynkW" +
        "vPWdPbm6ZKqw4f/O9lInTbNT6pXDLQ+VK8Ru";

    private const string Ed25519 =
        "MIIBPjCB8aADAgECAhRgpnjf8cucLeBFuaNo5cYVhkHPXTAFBgMrZXAwFDESMBAGA1UEAwwJYS5leGFtcGxlMCAXDTI2MTEyMTExMDIzNFoYDz" +
        "IxMjYxMDI4MTEwMjM0WjAUMRIwEAYDVQQDDAlhLmV4YW1wbGUwKjAFBgMrZXADIQBxmz41Pk1+YInZezUDLhwzoljUfwJglabt5uK8eXrWlKNT" +
        "MFEwHQYDVR0OBBYEFKIETeRgsHfDmK3h8UV5pZN65bT9MB8GA1UdIwQYMBaAFKIETeRgsHfDmK3h8UV5pZN65bT9MA8GA1UdEwEB/wQFMAMBAf" +
        "8wBQYDK2VwA0EAhRohcii5qcQHMR7cRjVy0yR9hTuqOy6XFms8JFozGMzx3JDIhbU2PCdGj+XbplsZ3HZfyA3XilR0F5sDzGHzBA==";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void SelfSigned_IsEcdsaForItsNamesAndAddressesForFourYears()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
        using var certificate = SelfSigned.Create(time, ["localhost", "mail.example"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        Assert.Equal("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal(new DateTime(2026, 2, 3, 3, 5, 6), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(new DateTime(2030, 2, 3, 4, 5, 6), certificate.NotAfter.ToUniversalTime());
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.True(certificate.MatchesHostname("mail.example"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.True(certificate.MatchesHostname("::1"));
        Assert.Equal(["localhost", "mail.example"], ServerCertificate.From(certificate).Names);
    }

    [Fact]
    public async Task Load_PemInOneFile_AndInTwo_AndPfx_GiveTheSame()
    {
        using var certificate = SelfSigned.Create(TimeProvider.System, ["mail.example"]);
        await File.WriteAllTextAsync(_directory["both.pem"], SelfSigned.ToPem(certificate));
        await File.WriteAllTextAsync(_directory["cert.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["key.pem"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllBytesAsync(_directory["cert.pfx"], certificate.Export(X509ContentType.Pkcs12, "secret"));
        foreach (var files in new[]
        {
            new CertificateFiles(_directory["both.pem"]),
            new CertificateFiles(_directory["cert.pem"], _directory["key.pem"]),
            new CertificateFiles(_directory["cert.pfx"], PfxPassword: "secret"),
        })
        {
            var certificates = await ServerCertificates.LoadAsync([files], default);
            Assert.Equal(certificate.RawData, certificates.Default.Leaf.RawData);
            Assert.True(certificates.Default.Leaf.HasPrivateKey);
            Assert.Same(certificates.Default, certificates.Find("MAIL.example."));
        }
    }

    [Fact]
    public async Task Reload_ReplacesAll_AndABadFileChangesNothing()
    {
        var files = new[] { new CertificateFiles(_directory["a.pem"]), new CertificateFiles(_directory["b.pem"]) };
        await WriteAsync("a.pem", "a.example");
        await WriteAsync("b.pem", "b.example");
        var certificates = await ServerCertificates.LoadAsync(files, default);
        var before = certificates.All;
        Assert.Equal(2, before.Count);

        await WriteAsync("a.pem", "c.example");
        await File.WriteAllTextAsync(_directory["b.pem"], "not a certificate");
        await Assert.ThrowsAnyAsync<CryptographicException>(() => certificates.ReloadAsync(files, default).AsTask());
        Assert.Same(before, certificates.All);
        Assert.NotNull(certificates.Find("a.example"));

        File.Delete(_directory["b.pem"]);
        await Assert.ThrowsAsync<FileNotFoundException>(() => certificates.ReloadAsync(files, default).AsTask());
        Assert.Same(before, certificates.All);

        await WriteAsync("b.pem", "b.example");
        await certificates.ReloadAsync(files, default);
        Assert.NotNull(certificates.Find("c.example"));
        Assert.Null(certificates.Find("a.example"));
        Assert.Same(certificates.Default, certificates.Find(null));
        Assert.Same(certificates.Default, certificates.Find("127.0.0.1"));
        Assert.Same(certificates.Default, certificates.Find("::1"));
    }

    [Fact]
    public async Task Load_KeyOfAnotherCertificate_SaysSo()
    {
        using var one = SelfSigned.Create(TimeProvider.System, ["a.example"]);
        using var other = SelfSigned.Create(TimeProvider.System, ["b.example"]);
        await File.WriteAllTextAsync(_directory["cert.pem"], one.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["key.pem"], other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await Assert.ThrowsAnyAsync<CryptographicException>(
            () => new CertificateFiles(_directory["cert.pem"], _directory["key.pem"]).LoadAsync(default).AsTask());
        await Assert.ThrowsAnyAsync<CryptographicException>(() => new CertificateFiles(_directory["cert.pem"]).LoadAsync(default).AsTask());
        using var publicOnly = X509CertificateLoader.LoadCertificate(one.RawData);
        Assert.Throws<CryptographicException>(() => ServerCertificate.From(publicOnly));
    }

    [Theory]
    [InlineData("SHA256", "SHA256")]
    [InlineData("SHA384", "SHA384")]
    [InlineData("SHA512", "SHA512")]
    public void TlsServerEndPoint_HashesByTheSignature(string signature, string expected)
    {
        using var rsa = RSA.Create(2_048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new HashAlgorithmName(signature);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var request in new[]
        {
            new CertificateRequest("CN=a.example", rsa, name, RSASignaturePadding.Pkcs1),
            new CertificateRequest("CN=a.example", ecdsa, name),
        })
        {
            using var certificate = request.CreateSelfSigned(now, now.AddDays(1));
            Assert.Equal(CryptographicOperations.HashData(new HashAlgorithmName(expected), certificate.RawData), ChannelBinding.TlsServerEndPoint(certificate));
            // The common name is taken where there is no other.
            Assert.Equal(["a.example"], ServerCertificate.From(certificate).Names);
        }
    }

    [Fact]
    public void TlsServerEndPoint_Sha1IsReplaced_AndNoHashIsNoBinding()
    {
        using var sha1 = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(RsaSha1));
        Assert.Equal(SHA256.HashData(sha1.RawData), ChannelBinding.TlsServerEndPoint(sha1));
        using var ed25519 = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(Ed25519));
        Assert.Empty(ChannelBinding.TlsServerEndPoint(ed25519));
    }

    private async Task WriteAsync(string file, string name)
    {
        using var certificate = SelfSigned.Create(TimeProvider.System, [name]);
        await File.WriteAllTextAsync(_directory[file], SelfSigned.ToPem(certificate));
    }
}
