using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mox.Config;

/// <summary>
/// The configuration of <c>mox localserve</c>: a server for trying things, with one account. It is an ordinary one, in the two files below
/// <c>config</c> of its directory, which may be changed by hand.
/// </summary>
public static class LocalserveConfig
{
    /// <summary>Of SMTP from 25: 1025, 1587, 1465, 1143 and 1993.</summary>
    public const int DefaultPortOffset = 1000;

    /// <summary>The largest offset that leaves IMAPS (993) a port.</summary>
    public const int MaxPortOffset = 65535 - 993;

    /// <summary>The account that gets all mail.</summary>
    public const string Account = "mox";

    /// <summary>Its address, to log in with.</summary>
    public const string Login = "mox@localhost";

    /// <summary>Its password, until it is changed.</summary>
    public const string Password = "moxmoxmox";

    /// <summary>The listener of all mail services.</summary>
    public const string Listener = "local";

    /// <summary>The listener of metrics and health, which stays on a loopback address.</summary>
    public const string MetricsListener = "metrics";

    /// <summary>The certificate with its private key, in the configuration directory.</summary>
    public const string CertificateFileName = "localhost.pem";

    // With the usual offset beside HTTP, which is to be 1080.
    private const int MetricsPort = 81;

    /// <summary>The configuration directory of a localserve directory.</summary>
    public static string ConfigDirectory(string directory) => Path.Combine(Path.GetFullPath(directory), "config");

    /// <summary>What a new directory is configured with; nothing is read or written.</summary>
    public static MoxConfig Create(string directory, IPAddress? address = null, int portOffset = DefaultPortOffset) =>
        ConfigLoader.Parse(Encoding.UTF8.GetBytes(StaticJson(address, portOffset)), Encoding.UTF8.GetBytes(DomainsJson), ConfigDirectory(directory));

    /// <summary>
    /// The same configuration on another address, with other ports, or both; null keeps what the files say. On an address that others can
    /// reach, passwords need TLS.
    /// </summary>
    public static MoxConfig Move(MoxConfig config, IPAddress? address, int? portOffset) => config with
    {
        Listeners =
        [
            .. config.Listeners.Select(listener => listener.Name switch
            {
                Listener => Move(listener, address, portOffset),
                MetricsListener => Move(listener, IsLocal(address) ? address : null, portOffset),
                _ => listener,
            }),
        ],
    };

    /// <summary>appsettings.json of a new directory.</summary>
    public static string StaticJson(IPAddress? address, int portOffset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(portOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(portOffset, MaxPortOffset);
        string plaintext = IsLocal(address) ? "true" : "false";
        string addresses = address is null ? "\"127.0.0.1\", \"::1\"" : $"\"{address}\"";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            // What mox localserve runs with. Made once; change it and start again. --ip and --port-offset go before what is said here.
            {
              "Mox": {
                "Hostname": "localhost",
                "DataDirectory": "../data",
                "Postmaster": { "Account": "{{Account}}", "Mailbox": "Postmaster" },
                "Listeners": {
                  "{{Listener}}": {
                    "Addresses": [ {{addresses}} ],
                    // Self-signed, made once.
                    "Tls": { "Certificates": [ { "CertificateFile": "{{CertificateFileName}}", "KeyFile": "{{CertificateFileName}}" } ] },
                    "Smtp": { "Port": {{25 + portOffset}} },
                    // Nobody else can listen in on a loopback address.
                    "Submission": { "Port": {{587 + portOffset}}, "AllowPlaintextLogin": {{plaintext}} },
                    "Submissions": { "Port": {{465 + portOffset}} },
                    "Imap": { "Port": {{143 + portOffset}}, "AllowPlaintextLogin": {{plaintext}} },
                    "Imaps": { "Port": {{993 + portOffset}} },
                  },
                  "{{MetricsListener}}": {
                    "Addresses": [ {{(IsLocal(address) ? addresses : "\"127.0.0.1\"")}} ],
                    // /metrics and /healthz.
                    "Metrics": { "Port": {{MetricsPort + portOffset}} },
                  },
                },
              },
            }

            """);
    }

    /// <summary>domains.json of a new directory.</summary>
    public static string DomainsJson => $$"""
        // Domains and accounts; changes are taken while it runs. Mail for addresses that are not here goes to account {{Account}}. A new account gets the password {{Password}}.
        {
          "Domains": {
            "localhost": { "LocalPartSeparators": [ "+" ] },
          },
          "Accounts": {
            "{{Account}}": {
              "Destinations": { "{{Login}}": {} },
            },
          },
        }

        """;

    private static bool IsLocal(IPAddress? address) => address is null || IPAddress.IsLoopback(address);

    private static ListenerConfig Move(ListenerConfig listener, IPAddress? address, int? portOffset)
    {
        ImmutableArray<IPAddress> addresses = address is null ? listener.Addresses : [address];
        if (!IsLocal(address))
        {
            listener = listener with
            {
                Imap = listener.Imap is null ? null : listener.Imap with { AllowPlaintextLogin = false },
                Submission = listener.Submission is null ? null : listener.Submission with { AllowPlaintextLogin = false },
            };
        }

        return portOffset is not { } offset ? listener with { Addresses = addresses } : listener with
        {
            Addresses = addresses,
            Smtp = listener.Smtp is null ? null : listener.Smtp with { Port = 25 + offset },
            Submission = listener.Submission is null ? null : listener.Submission with { Port = 587 + offset },
            Submissions = listener.Submissions is null ? null : listener.Submissions with { Port = 465 + offset },
            Metrics = listener.Metrics is null ? null : listener.Metrics with { Port = MetricsPort + offset },
            Imap = listener.Imap is null ? null : listener.Imap with { Port = 143 + offset },
            Imaps = listener.Imaps is null ? null : listener.Imaps with { Port = 993 + offset },
        };
    }
}
