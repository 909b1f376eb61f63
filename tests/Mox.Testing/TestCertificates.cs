using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;

namespace Mox.Testing;

/// <summary>Self-signed certificates, made once a test run.</summary>
public static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> Shared =
        new(() => SelfSigned.Create(TimeProvider.System, ["mail.example", "localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]));

    /// <summary>A certificate for mail.example, localhost, 127.0.0.1 and ::1.</summary>
    public static X509Certificate2 Certificate => Shared.Value;

    /// <summary>The same, for a server.</summary>
    public static ServerCertificates Server { get; } = new(ServerCertificate.From(Shared.Value));
}
