using System.Collections.Immutable;
using System.Net;
using System.Security.Authentication;
using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>Mox:Listeners.</summary>
internal sealed class ListenerOptions(ProblemList problems, PathReader paths)
{
    /// <summary>Sorted by name.</summary>
    public ImmutableArray<ListenerConfig> Read(ObjectReader mox, Domain hostname)
    {
        var listeners = new List<ListenerConfig>();
        foreach ((string name, ObjectReader listener) in mox.Map("Listeners"))
        {
            listeners.Add(new ListenerConfig
            {
                Name = name,
                Addresses = IpAddresses(listener),
                TrustedProxies = TrustedProxies.Read(listener, problems),
                Hostname = listener.Text("Hostname") is { } own ? DomainText.ReadHostname(problems, listener.PathOf("Hostname"), own) : hostname,
                Tls = Tls(listener),
                MaxMessageBytes = listener.Number("MaxMessageBytes", ListenerConfig.DefaultMaxMessageBytes, 1024, 1L << 40),
                Smtp = Smtp(listener),
                Imap = Imap(listener),
                Imaps = Imaps(listener),
                Submission = Submission(listener),
                Submissions = Submissions(listener),
                Metrics = Metrics(listener),
            });
        }

        return [.. listeners.OrderBy(listener => listener.Name, StringComparer.Ordinal)];
    }

    private ImmutableArray<IPAddress> IpAddresses(ObjectReader listener)
    {
        ImmutableArray<IPAddress>.Builder addresses = ImmutableArray.CreateBuilder<IPAddress>();
        ImmutableArray<string> texts = listener.Texts("Addresses");
        foreach (string text in texts)
        {
            if (IpText.TryRead(text, out IPAddress? address))
            {
                addresses.Add(address);
            }
            else
            {
                problems.Add(listener.PathOf("Addresses"), $"\"{text}\" is no IP address", "write one as in \"192.0.2.1\", \"2001:db8::1\", \"0.0.0.0\" or \"::\"");
            }
        }

        if (texts.IsEmpty)
        {
            problems.Add(listener.PathOf("Addresses"), "no address to listen on", "write [ \"0.0.0.0\", \"::\" ] for all addresses of this host");
        }

        return addresses.ToImmutable();
    }

    private TlsConfig? Tls(ObjectReader listener)
    {
        using ObjectReader? tls = listener.Object("Tls");
        if (tls is null)
        {
            return null;
        }

        var certificates = new List<CertificateConfig>();
        foreach (ObjectReader pair in tls.Objects("Certificates"))
        {
            using (pair)
            {
                string certificate = paths.FullPath(pair, "CertificateFile", pair.Required("CertificateFile", "name a PEM file with the certificate and its chain"));
                string key = paths.FullPath(pair, "KeyFile", pair.Required("KeyFile", "name a PEM file with the private key"));
                certificates.Add(new CertificateConfig(certificate, key));
            }
        }

        if (certificates.Count == 0)
        {
            problems.Add(tls.Path, "has no certificates", "list them in \"Certificates\", or remove \"Tls\"");
        }

        SslProtocols minimum = tls.Choice("MinimumVersion", SslProtocols.Tls12, SslProtocols.Tls12, SslProtocols.Tls13);
        return new TlsConfig { Certificates = [.. certificates], MinimumVersion = minimum };
    }

    private static SmtpListenerConfig? Smtp(ObjectReader listener)
    {
        using ObjectReader? smtp = listener.Object("Smtp");
        return smtp is null ? null : new SmtpListenerConfig
        {
            Port = Port(smtp, 25),
            StartTls = smtp.Choice("StartTls", StartTlsMode.Offered),
            TlsResume = smtp.Flag("TlsResume", false),
            RefuseBareLf = smtp.Flag("RefuseBareLf", false),
        };
    }

    private static ImapListenerConfig? Imap(ObjectReader listener)
    {
        using ObjectReader? imap = listener.Object("Imap");
        return imap is null ? null : new ImapListenerConfig { Port = Port(imap, 143), AllowPlaintextLogin = imap.Flag("AllowPlaintextLogin", false) };
    }

    private static ImapsListenerConfig? Imaps(ObjectReader listener)
    {
        using ObjectReader? imaps = listener.Object("Imaps");
        return imaps is null ? null : new ImapsListenerConfig { Port = Port(imaps, 993) };
    }

    private static SubmissionListenerConfig? Submission(ObjectReader listener)
    {
        using ObjectReader? submission = listener.Object("Submission");
        return submission is null
            ? null
            : new SubmissionListenerConfig { Port = Port(submission, 587), AllowPlaintextLogin = submission.Flag("AllowPlaintextLogin", false) };
    }

    private static SubmissionsListenerConfig? Submissions(ObjectReader listener)
    {
        using ObjectReader? submissions = listener.Object("Submissions");
        return submissions is null ? null : new SubmissionsListenerConfig { Port = Port(submissions, 465) };
    }

    private static MetricsListenerConfig? Metrics(ObjectReader listener)
    {
        using ObjectReader? metrics = listener.Object("Metrics");
        return metrics is null ? null : new MetricsListenerConfig { Port = Port(metrics, 8010) };
    }

    private static int Port(ObjectReader service, int byDefault) => (int)service.Number("Port", byDefault, 1, 65535);
}
