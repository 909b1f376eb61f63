using static Mox.Config.Description.OptionNode;

namespace Mox.Config.Description;

/// <summary>What appsettings.json may say. A new option is one line here and one where it is read; a test compares them.</summary>
internal static class StaticDescription
{
    public const string Header = """
        // The configuration of MoxNet, with every option: a template, written by `mox config describe`. MoxNet never reads this copy. It
        // reads appsettings.json and domains.json of the directory that `mox serve --config DIR` names; `mox config example DIR` makes a
        // pair to begin with. This file needs a restart, domains.json does not. Comments and trailing commas are fine. A name that is no
        // option is an error. Paths are relative to the directory of the file. Lengths of time are written as "5d", "4h", "90m", "30s".

        """;

    public static OptionNode File { get; } = Section("", "", Section(
        "Mox",
        "Everything that needs a restart.",
        Required("Hostname", "text", "\"mail.example.org\"", "The full name of this host: in greetings and Received headers."),
        Of("DataDirectory", "directory", "\"../data\"", "Accounts and messages; made with mode 0700 when missing, and refused when others can enter it."),
        Section(
            "Log",
            "What is logged, to standard error.",
            Of(
                "Level",
                "one of Error, Warning, Information, Debug, Trace, TraceAuth, TraceData",
                "\"Information\"",
                "Each level includes those before it. Trace: protocol lines, secrets hidden; TraceAuth: secrets too; TraceData: messages too."),
            Of("Format", "one of Logfmt, Json", "\"Logfmt\"", "key=value pairs, or JSON; one line an event.")),
        Of("Pedantic", "true or false", "false", "Refuse what the standards forbid, where the world is usually forgiven."),
        Section(
            "Limits",
            "By remote network: each number is for one address (IPv6: /64); its /26 and /21 (IPv6: /48 and /32) get 3 and 9 times as much.",
            Of("Enabled", "true or false", "true", "False switches off limits, and delays for bad clients: only for tests."),
            Of("ConnectionsPerMinute", "number", "300", "New connections a minute to one service; past it 421 or BYE."),
            Of("ConcurrentConnections", "number", "30", "Connections at once to one service; past it 421 or BYE."),
            Of("FailedLoginsPerMinute", "number", "10", "Failed logins a minute, all services together; past it logins are refused unheard."),
            Of("FailedLoginsPerDay", "number", "50", "The same for a day.")),
        ListenerDescription.Listeners,
        Section(
            "Postmaster",
            "Who gets mail for postmaster.",
            Required("Account", "text", "\"alice\"", "An account of domains.json."),
            Of("Mailbox", "text", "\"Postmaster\"", "The mailbox in it.")),
        Section(
            "InitialMailboxes",
            "Mailboxes of a new account, beside Inbox. \"\" makes none.",
            Of("Archive", "text", "\"Archive\"", "For what is kept."),
            Of("Drafts", "text", "\"Drafts\"", "For what is not sent yet."),
            Of("Junk", "text", "\"Junk\"", "For unwanted mail."),
            Of("Sent", "text", "\"Sent\"", "For copies of what was sent."),
            Of("Trash", "text", "\"Trash\"", "For what is deleted."),
            Of("Regular", "list of texts", "[]", "Others, without a special use.")),
        Of("QuotaBytes", "size in bytes", "0", "All messages of an account together; 0 is no limit. An account may have its own."),
        Of("QuotaMessages", "number", "0", "How many messages an account may have; 0 is no limit. An account may have its own."),
        Transports,
        Section(
            "Queue",
            "How mail that leaves is tried.",
            Of("Lifetime", "length of time", "\"5d\"", "A message that could not be delivered for so long comes back to its sender."),
            Of("DelayNotice", "length of time", "\"4h\"", "The sender is told once that a message is late; \"0s\" tells nobody."),
            Of("Concurrency", "number", "50", "Deliveries at once."),
            Of("PerDestination", "number", "5", "Deliveries at once to one destination.")),
        Section(
            "Dns",
            "Whom names are asked of.",
            Of("Servers", "list of addresses", "[]", "Recursive servers, with or without port, asked in this order. None: those of /etc/resolv.conf."),
            Of("TrustAuthenticData", "true or false", "false", "Believe servers that are not on this machine when they say that DNSSEC proves an answer.")),
        Section(
            "Telemetry",
            "Metrics, traces and logs to a collector, by OTLP.",
            Of("OtlpEndpoint", "URL", "\"\"", "The collector, as in \"http://localhost:4317\". Empty: the variables OTEL_* of the environment say it."),
            Of("OtlpProtocol", "one of Grpc, HttpProtobuf", "\"Grpc\"", "How the collector is spoken to."),
            Of("ServiceName", "text", "\"mox\"", "Who it comes from: the attribute service.name."),
            Of("TracesPercent", "number from 0 to 100", "100", "The share of traces kept, of those that begin here."),
            Of("Metrics", "true or false", "true", "Send metrics."),
            Of("Traces", "true or false", "true", "Send traces."),
            Of("Logs", "true or false", "true", "Send logs."))));

    private static OptionNode Transports => Map(
        "Transports",
        "Ways for mail to leave, by name. Routes of domains.json choose one. Default: none, and then no mail leaves.",
        "NAME",
        "relay",
        Section(
            "Smarthost",
            "Another server that takes everything and sends it on.",
            Required("Host", "text", "\"smtp.example.com\"", "Its name, or an IP address."),
            Of("Port", "number", "587", "With implicit TLS the default is 465."),
            Of(
                "Tls",
                "one of Opportunistic, Required, Implicit",
                "\"Required\"",
                "STARTTLS when it is offered, and nothing verified; STARTTLS or nothing is sent; TLS from the first byte."),
            Of("VerifyCertificate", "true or false", "true", "Whether the certificate must be valid for Host. Opportunistic never asks."),
            Of("Username", "text", null, "The name to log in with. When it is not there, mail is sent without a login.", "\"alice\""),
            Of("PasswordFile", "file", null, "The password, in the first line of a file with mode 0600.", "\"relay.password\"")));
}
