using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>The DNS names of a certificate.</summary>
internal static class CertificateNames
{
    /// <summary>The subject alternative names; the common name counts only where there are none (RFC 6125 section 6.4.4).</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames()).Select(Normal).Distinct().ToList();
        if (names.Count == 0 && certificate.GetNameInfo(X509NameType.SimpleName, false) is { Length: > 0 } common)
        {
            names.Add(Normal(common));
        }

        return names;
    }

    /// <summary>A name as looked up: lower-case, without a trailing dot.</summary>
    public static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();
}
