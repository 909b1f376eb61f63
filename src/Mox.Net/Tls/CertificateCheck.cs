using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mox.Net.Tls;

/// <summary>A client's look at one server certificate: the system's roots first, then the extra ones.</summary>
internal sealed class CertificateCheck(TlsConnectOptions options, TimeProvider time)
{
    private const X509ChainStatusFlags TimeFlags = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotTimeNested;

    private const X509ChainStatusFlags TrustFlags = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>What was found; null before a certificate came.</summary>
    public CertificateVerdict? Verdict { get; private set; }

    /// <summary>PKIX for servers at the injected time, without fetching anything.</summary>
    public static X509ChainPolicy Policy(TimeProvider time)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    /// <summary>The answer to <c>SslStream</c>: whether the handshake may go on.</summary>
    public bool Run(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Verdict = Judge(certificate as X509Certificate2, chain, errors);
        return Verdict.IsValid || !options.RequireValidCertificate;
    }

    private CertificateVerdict Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return new(CertificateProblem.Missing, "the server gave no certificate");
        }
        if (options.ServerName is null)
        {
            return new(CertificateProblem.NotChecked, "no name was expected");
        }
        var flags = Flags(chain);
        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0 && options.ExtraRoots.Count > 0)
        {
            flags = FlagsByExtraRoots(certificate, chain);
        }
        else if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0)
        {
            flags = X509ChainStatusFlags.NoError;
        }
        return flags switch
        {
            _ when (flags & TrustFlags) != 0 => new(CertificateProblem.NotTrusted, $"no trusted root vouches for the certificate ({flags})"),
            _ when (flags & TimeFlags) != 0 => new(CertificateProblem.Expired, $"the certificate is not valid at this time ({flags})"),
            not X509ChainStatusFlags.NoError => new(CertificateProblem.Invalid, $"the certificate is not valid ({flags})"),
            _ when (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 =>
                new(CertificateProblem.NameMismatch, $"the certificate is not for {options.ServerName}"),
            _ => new(CertificateProblem.None, ""),
        };
    }

    private X509ChainStatusFlags FlagsByExtraRoots(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(time) };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.ExtraRoots.ToArray());
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }
        bool isGood = chain.Build(certificate);
        var flags = isGood ? X509ChainStatusFlags.NoError : Flags(chain);
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }
        return flags == X509ChainStatusFlags.NoError && !isGood ? X509ChainStatusFlags.PartialChain : flags;
    }

    private static X509ChainStatusFlags Flags(X509Chain? chain) =>
        chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.PartialChain;
}
