using System.Net;
using Mox.Addresses;
using Mox.Config;
using Mox.Host.Serving;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Host.Tests.Serving;

public sealed class CertificatesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Pem => Path.Combine(_directory.Path, "both.pem");

    [Fact]
    public async Task Load_ListenerWithoutTls_GivesNone() => Assert.Null(await Certificates.LoadAsync(Listener(null), default));

    [Fact]
    public async Task Load_PemWithKey_GivesCertificate()
    {
        PrivateFiles.Write(Pem, System.Text.Encoding.ASCII.GetBytes(SelfSignedPem()));
        ServerCertificates? loaded = await Certificates.LoadAsync(Listener(Pem), default);
        Assert.NotNull(loaded!.Find("localhost"));
    }

    [Fact]
    public async Task Load_MissingFile_SaysWhich()
    {
        var e = await Assert.ThrowsAsync<UserErrorException>(() => Certificates.LoadAsync(Listener(Pem), default));
        Assert.StartsWith($"certificate {Pem} cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task Load_NotACertificate_SaysWhich(string text)
    {
        PrivateFiles.Write(Pem, System.Text.Encoding.ASCII.GetBytes(text));
        var e = await Assert.ThrowsAsync<UserErrorException>(() => Certificates.LoadAsync(Listener(Pem), default));
        Assert.StartsWith($"certificate {Pem} cannot be used: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_KeyThatOthersCanRead_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        PrivateFiles.Write(Pem, System.Text.Encoding.ASCII.GetBytes(SelfSignedPem()));
        File.SetUnixFileMode(Pem, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var e = await Assert.ThrowsAsync<UserErrorException>(() => Certificates.LoadAsync(Listener(Pem), default));
        Assert.Equal($"private key {Pem} can be read by other users: chmod 600 it", e.Message);
    }

    public void Dispose() => _directory.Dispose();

    private static string SelfSignedPem()
    {
        using var certificate = SelfSigned.Create(TimeProvider.System, ["localhost"]);
        return SelfSigned.ToPem(certificate);
    }

    private static ListenerConfig Listener(string? file) => new()
    {
        Name = "x",
        Addresses = [IPAddress.Loopback],
        Hostname = Domain.Parse("localhost"),
        Tls = file is null ? null : new TlsConfig { Certificates = [new CertificateConfig(file, file)] },
    };
}
