using static Mox.Config.Description.OptionNode;

namespace Mox.Config.Description;

/// <summary>Mox:Listeners.</summary>
internal static class ListenerDescription
{
    private const string MetricsComment = "/metrics and /healthz by plain HTTP, without a login: on an address that outsiders cannot reach.";

    public static OptionNode Listeners => Map(
        "Listeners",
        "Addresses, and what is served there; at least one. A service runs when its section is there.",
        "NAME",
        "public",
        Required("Addresses", "list of IP addresses", "[ \"0.0.0.0\", \"::\" ]", "\"0.0.0.0\" and \"::\" are all addresses of the host."),
        Of(
            "TrustedProxies",
            "list of IP addresses and networks",
            "[]",
            "Proxies before this listener, as \"192.0.2.1\" or \"10.1.0.0/16\". Their connections must begin with a PROXY header (HAProxy's, version 1 or 2), and count for the client it names; all others are served without one."),
        Of("Hostname", "text", null, "The name this listener goes by. When it is not there, that of the host.", "\"mail.example.org\""),
        Section(
            "Tls",
            "Certificates of this listener.",
            List(
                "Certificates",
                "The first pair is the default. Files that change are read again, without a restart.",
                Required("CertificateFile", "file", "\"mail.example.org.pem\"", "PEM: the chain, leaf first."),
                Required("KeyFile", "file", "\"mail.example.org.key.pem\"", "PEM: the private key, mode 0600; may be the same file.")),
            Of("MinimumVersion", "one of Tls12, Tls13", "\"Tls12\"", "The lowest version of TLS.")),
        Of("MaxMessageBytes", "size in bytes", "104857600", "Largest message by SMTP and by APPEND; past it 552 or NO [TOOBIG]."),
        Section(
            "Smtp",
            "Mail from outside.",
            Of("Port", "number", "25", "TCP port."),
            Of("StartTls", "one of Offered, Required, Off", "\"Offered\"", "Offered when there is a certificate. Required: mail without it gets 530."),
            Of("TlsResume", "true or false", "false", "Resume TLS sessions. Some large senders fail on it."),
            Of("RefuseBareLf", "true or false", "false", "Refuse a message with a bare LF, instead of storing it as CRLF.")),
        Section(
            "Submission",
            "Mail from users, that starts in the clear.",
            Of("Port", "number", "587", "TCP port."),
            Of("AllowPlaintextLogin", "true or false", "false", "Take passwords without TLS.")),
        Section("Submissions", "Mail from users, with TLS from the first byte.", Of("Port", "number", "465", "TCP port.")),
        Section(
            "Imap",
            "IMAP that starts in the clear.",
            Of("Port", "number", "143", "TCP port."),
            Of("AllowPlaintextLogin", "true or false", "false", "Take passwords without TLS.")),
        Section("Imaps", "IMAP with TLS from the first byte.", Of("Port", "number", "993", "TCP port.")),
        Section("Metrics", MetricsComment, Of("Port", "number", "8010", "TCP port.")) with { IsShownElsewhere = true }).Also(InternalListener);

    private static IReadOnlyList<(string Comment, string Line)> InternalListener =>
        [(MetricsComment, "\"internal\": { \"Addresses\": [ \"127.0.0.1\" ], \"Metrics\": { \"Port\": 8010 } },")];
}
