using static Mox.Config.Description.OptionNode;

namespace Mox.Config.Description;

/// <summary>What domains.json may say.</summary>
internal static class DomainsDescription
{
    public const string Header = """
        // Domains, accounts and routes. Changes are taken while the server runs; a file with a mistake changes nothing, and the log says
        // what is wrong.

        """;

    public static OptionNode File { get; } = Section(
        "",
        "",
        Map(
            "Domains",
            "The domains that are ours.",
            "DOMAIN",
            "example.org",
            Of("Disabled", "true or false", "false", "Mail for it gets 450 for now, mail from it waits; logins go on."),
            Of("LocalPartCaseSensitive", "true or false", "false", "Whether Alice and alice are two addresses."),
            Of("LocalPartSeparators", "list of texts", "[]", "Mail for alice+shop goes to alice.", "[ \"+\" ]"),
            Map(
                "Aliases",
                "Addresses whose mail goes to several others, by the part before the @.",
                "LOCALPART",
                "sales",
                Required("Addresses", "list of addresses", "[ \"alice@example.org\" ]", "Members: addresses of accounts."),
                Of("AllowMessageFrom", "true or false", "false", "Whether members may send with this address."),
                Of("PostPublic", "true or false", "true", "False: only members may write to it, and From must be proven by SPF or DKIM.")),
            Dkim,
            Routes("Mail from this domain.")),
        Map(
            "Accounts",
            "Who has mail here. A new one is made at once, and gets its password by `mox account set-password`. The mail of one that is removed stays in the data directory.",
            "NAME",
            "alice",
            Map(
                "Destinations",
                "Its addresses; it may log in with each.",
                "ADDRESS",
                "alice@example.org",
                Of("Mailbox", "text", "\"Inbox\"", "Where its mail goes."),
                Of("SmtpError", "text", null, "Refuse instead: \"550 text\" for good, \"421 text\" for now.", "\"550 nobody reads this\"") with { IsCommentedOut = true }).Also(OtherDestinations),
            Of("QuotaBytes", "size in bytes", "0", "All its messages together; 0 is Mox:QuotaBytes, -1 no limit."),
            Of("QuotaMessages", "number", "0", "How many messages it may have; 0 is Mox:QuotaMessages, -1 no limit."),
            Of("LoginDisabled", "text", null, "When there, logins get this text; mail still comes in.", "\"pay your bill\"") with { IsCommentedOut = true },
            Of("ImapCapabilitiesDisabled", "list of texts", "[]", "Not announced to this account, for clients that cannot bear them."),
            Of("MaxOutgoingMessagesPerDay", "number", "1000", "Recipients in 24 hours of what it sends; -1 is no limit, past it 451."),
            Of(
                "MaxFirstTimeRecipientsPerDay",
                "number",
                "200",
                "Recipients in 24 hours that it never wrote to before, the sign of a stolen password; -1 is no limit, past it 451."),
            Routes("Mail that this account sends.")),
        Routes("All mail that leaves."));

    private static IReadOnlyList<(string Comment, string Line)> OtherDestinations =>
    [
        ("All other names of the domain.", "\"@example.org\": { \"Mailbox\": \"Others\" },"),
        ("A hole in it.", "\"noreply@example.org\": { \"SmtpError\": \"550 nobody reads this\" },"),
    ];

    private static OptionNode Dkim => Section(
        "Dkim",
        "Signatures on what is sent from this domain (DKIM). Without this section: those of the nearest domain above it that is ours and has one. `mox domain add` writes it, and makes the keys.",
        Map(
            "Selectors",
            "Keys, by the name under which DNS has their public half, before ._domainkey. `mox dnsrecords` prints the records.",
            "SELECTOR",
            "2026a",
            Required("KeyFile", "file", "\"dkim/2026a._domainkey.example.org.pem\"", "The private key, RSA or Ed25519, as PKCS#8 in PEM, with mode 0600."),
            Of("HeaderCanonicalization", "one of Relaxed, Simple", "\"Relaxed\"", "Relaxed: white space in header fields may change on the way. Simple: nothing may."),
            Of("BodyCanonicalization", "one of Relaxed, Simple", "\"Relaxed\"", "The same for the body."),
            Of(
                "Headers",
                "list of header fields",
                $"[ {string.Join(", ", DkimSelectorConfig.DefaultHeaders.Select(name => $"\"{name}\""))} ]",
                "What is signed; From must be among them."),
            Of("Oversign", "true or false", "true", "Whether a signature breaks when somebody adds another field of these names."),
            Of("Expiration", "length of time", "\"3d\"", "Signatures hold so long after the last moment that the queue may send the message; \"0s\" is for ever.")),
        Of("Sign", "list of selectors", "[]", "The keys that sign, each with a signature of its own; none: nothing is signed.", "[ \"2026a\" ]"));

    private static OptionNode Routes(string whose) => List(
        "Routes",
        $"{whose} The first route that fits is taken: those of the account first, then those of the sender's domain, then those for all.",
        Of("FromDomains", "list of domains", "[]", "Domains of senders; \".example.org\" is that one and all below it. Empty: every sender."),
        Of("ToDomains", "list of domains", "[]", "Domains of recipients, in the same way. Empty: every recipient."),
        Of("MinimumAttempts", "number", "0", "Only after so many attempts."),
        Required("Transport", "text", "\"relay\"", "A name of Mox:Transports."));
}
