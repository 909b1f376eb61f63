namespace Mox.Config;

/// <summary>The configuration that <c>mox config example DIR</c> writes: it runs as it is, on loopback addresses and high ports.</summary>
public static class ExampleConfig
{
    /// <summary>The certificate with its private key, in the configuration directory.</summary>
    public const string CertificateFileName = "localhost.pem";

    /// <summary>The account in it.</summary>
    public const string Account = "alice";

    /// <summary>appsettings.json.</summary>
    public const string StaticJson = $$"""
        // A configuration to begin with. It runs as it is: mox serve --config (this directory). `mox config describe` explains every option.
        // Changes here need a restart; those in domains.json do not. `mox config test --config (this directory)` says what is wrong.
        {
          "Mox": {
            // The full name of this host, which the Internet finds by DNS, forth and back. Others refuse mail from a host with a wrong name.
            "Hostname": "localhost",

            // All mail. Keep a copy of this directory, made by `mox backup`.
            "DataDirectory": "data",

            // Who gets what is sent to postmaster: an account of domains.json.
            "Postmaster": { "Account": "{{Account}}" },

            "Listeners": {
              "public": {
                // On the Internet: [ "0.0.0.0", "::" ], all addresses of this host.
                "Addresses": [ "127.0.0.1", "::1" ],

                // Self-signed, made with this file. Put those of your certificate authority here; files that change are read again.
                "Tls": { "Certificates": [ { "CertificateFile": "{{CertificateFileName}}", "KeyFile": "{{CertificateFileName}}" } ] },

                // Mail from other servers: 25 on the Internet.
                "Smtp": { "Port": 2525 },

                // Mail from users, with TLS from the first byte (465), or with STARTTLS (587).
                "Submissions": { "Port": 2465 },
                "Submission": { "Port": 2587 },

                // Reading mail, with TLS from the first byte (993), or with STARTTLS (143).
                "Imaps": { "Port": 2993 },
                "Imap": { "Port": 2143 },
              },

              // For your monitoring: /metrics and /healthz. Never on an address that others reach.
              "internal": { "Addresses": [ "127.0.0.1" ], "Metrics": { "Port": 8010 } },
            },

            // Mail that leaves goes through another server. Its password is the first line of a file with mode 0600. Then name it in a route
            // of domains.json.
            // "Transports": {
            //   "relay": { "Smarthost": { "Host": "smtp.example.com", "Port": 587, "Username": "me", "PasswordFile": "relay.password" } },
            // },

            // For each account, in bytes.
            "QuotaBytes": 10737418240,
          },
        }

        """;

    /// <summary>domains.json.</summary>
    public const string DomainsJson = $$"""
        // Domains, accounts and routes: changes are taken at once, by hand or by `mox domain`, `mox account`, `mox address` and `mox alias`.
        {
          "Domains": {
            // Mail for alice+shop@example.org goes to alice@example.org.
            "example.org": {
              "LocalPartSeparators": [ "+" ],
              // Signatures on what it sends (DKIM). `mox domain add` writes this for other domains, and makes their keys; `mox dnsrecords`
              // prints what DNS must say.
              // "Dkim": {
              //   "Selectors": { "2026a": { "KeyFile": "dkim/2026a._domainkey.example.org.pem" } },
              //   "Sign": [ "2026a" ],
              // },
              "Aliases": {
                "info": { "Addresses": [ "{{Account}}@example.org" ] },
              },
            },
          },

          "Accounts": {
            // Its password: mox account set-password {{Account}}
            "{{Account}}": {
              "Destinations": {
                "{{Account}}@example.org": {},
                // Whatever else comes for the domain.
                // "@example.org": { "Mailbox": "Others" },
              },
            },
          },

          // How mail leaves: the first route that fits. Without one, mail for other domains is refused.
          // "Routes": [
          //   { "Transport": "relay" },
          // ],
        }

        """;
}
