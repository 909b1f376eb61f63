using System.Collections.Immutable;
using System.Net;
using System.Security.Authentication;
using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>The section Mox of appsettings.json.</summary>
internal sealed class StaticOptions(ProblemList problems, string directory)
{
    /// <summary>Reads it into a configuration that has no domains and accounts yet.</summary>
    public MoxConfig Read(JsonValue? file)
    {
        using var top = new ObjectReader(problems, "", file);
        top.Has("$schema");
        using ObjectReader? mox = top.Object("Mox");
        if (mox is null)
        {
            problems.Add("Mox", "this section is missing", "write all options into { \"Mox\": { ... } }");
            return new MoxConfig { Hostname = default, DataDirectory = directory, Listeners = [], Postmaster = new PostmasterConfig("") };
        }

        mox.Has("$schema");
        Domain hostname = Hostname(mox, mox.Required("Hostname", "write the full name of this host, as in \"mail.example.org\""), "Hostname");
        return new MoxConfig
        {
            Hostname = hostname,
            DataDirectory = FullPath(mox, "DataDirectory", mox.Text("DataDirectory") ?? "../data"),
            Log = Log(mox),
            Pedantic = mox.Flag("Pedantic", false),
            Limits = Limits(mox),
            Listeners = Listeners(mox, hostname),
            Postmaster = Postmaster(mox),
            InitialMailboxes = InitialMailboxes(mox),
            QuotaBytes = mox.Number("QuotaBytes", 0, 0, long.MaxValue),
        };
    }

    private static LogConfig Log(ObjectReader mox)
    {
        using ObjectReader? log = mox.Object("Log");
        var byDefault = new LogConfig();
        return log is null ? byDefault : new LogConfig { Level = log.Choice("Level", byDefault.Level), Format = log.Choice("Format", byDefault.Format) };
    }

    private static LimitsConfig Limits(ObjectReader mox)
    {
        using ObjectReader? limits = mox.Object("Limits");
        var byDefault = new LimitsConfig();
        return limits is null ? byDefault : new LimitsConfig
        {
            Enabled = limits.Flag("Enabled", byDefault.Enabled),
            ConnectionsPerMinute = Count("ConnectionsPerMinute", byDefault.ConnectionsPerMinute),
            ConcurrentConnections = Count("ConcurrentConnections", byDefault.ConcurrentConnections),
            FailedLoginsPerMinute = Count("FailedLoginsPerMinute", byDefault.FailedLoginsPerMinute),
            FailedLoginsPerDay = Count("FailedLoginsPerDay", byDefault.FailedLoginsPerDay),
        };

        int Count(string name, int value) => (int)limits.Number(name, value, 1, 1_000_000);
    }

    private PostmasterConfig Postmaster(ObjectReader mox)
    {
        using ObjectReader? postmaster = mox.Object("Postmaster");
        if (postmaster is null)
        {
            problems.Add(mox.PathOf("Postmaster"), "is missing", "write { \"Account\": \"NAME\" }, an account of domains.json");
            return new PostmasterConfig("");
        }

        string account = postmaster.Required("Account", "name an account of domains.json");
        return postmaster.Text("Mailbox") is { } mailbox ? new PostmasterConfig(account, mailbox) : new PostmasterConfig(account);
    }

    private static InitialMailboxesConfig InitialMailboxes(ObjectReader mox)
    {
        using ObjectReader? mailboxes = mox.Object("InitialMailboxes");
        var byDefault = new InitialMailboxesConfig();
        return mailboxes is null ? byDefault : new InitialMailboxesConfig
        {
            Archive = mailboxes.Text("Archive") ?? byDefault.Archive,
            Drafts = mailboxes.Text("Drafts") ?? byDefault.Drafts,
            Junk = mailboxes.Text("Junk") ?? byDefault.Junk,
            Sent = mailboxes.Text("Sent") ?? byDefault.Sent,
            Trash = mailboxes.Text("Trash") ?? byDefault.Trash,
            Regular = mailboxes.Texts("Regular"),
        };
    }

    private ImmutableArray<ListenerConfig> Listeners(ObjectReader mox, Domain hostname)
    {
        var listeners = new List<ListenerConfig>();
        foreach ((string name, ObjectReader listener) in mox.Map("Listeners"))
        {
            listeners.Add(new ListenerConfig
            {
                Name = name,
                Addresses = IpAddresses(listener),
                TrustedProxies = TrustedProxies.Read(listener, problems),
                Hostname = listener.Text("Hostname") is { } own ? Hostname(listener, own, "Hostname") : hostname,
                Tls = Tls(listener),
                MaxMessageBytes = listener.Number("MaxMessageBytes", ListenerConfig.DefaultMaxMessageBytes, 1024, 1L << 40),
                Smtp = Smtp(listener),
                Imap = Imap(listener),
                Imaps = Imaps(listener),
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
                string certificate = FullPath(pair, "CertificateFile", pair.Required("CertificateFile", "name a PEM file with the certificate and its chain"));
                string key = FullPath(pair, "KeyFile", pair.Required("KeyFile", "name a PEM file with the private key"));
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

    private static int Port(ObjectReader service, int byDefault) => (int)service.Number("Port", byDefault, 1, 65535);

    private Domain Hostname(ObjectReader options, string text, string name) =>
        text.Length == 0 ? default : DomainText.Read(problems, options.PathOf(name), text) ?? default;

    private string FullPath(ObjectReader options, string name, string text)
    {
        if (text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return Path.GetFullPath(text, directory);
        }

        if (options.Has(name))
        {
            problems.Add(options.PathOf(name), "is no path", "write a path, relative to the directory of this file");
        }

        return directory;
    }
}
