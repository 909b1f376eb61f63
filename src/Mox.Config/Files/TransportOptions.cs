using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>Mox:Transports. A kind of transport is one method and one line here.</summary>
internal sealed class TransportOptions(ProblemList problems, PathReader paths)
{
    public ImmutableDictionary<string, TransportConfig> Read(ObjectReader mox)
    {
        var transports = ImmutableDictionary.CreateBuilder<string, TransportConfig>(StringComparer.Ordinal);
        foreach ((string name, ObjectReader options) in mox.Map("Transports"))
        {
            if (!IsName(name))
            {
                problems.Add(options.Path, $"\"{PlainText.Shown(name)}\" is no name for a transport", "use a-z, A-Z, 0-9, '-' and '_', up to 64");
            }

            var transport = new TransportConfig { Name = name, Smarthost = Smarthost(options) };
            if (transport.Smarthost is null)
            {
                problems.Add(options.Path, "says no kind of transport", "add { \"Smarthost\": { \"Host\": \"mail.example.com\" } }");
            }

            transports.Add(name, transport);
        }

        return transports.ToImmutable();
    }

    private SmarthostConfig? Smarthost(ObjectReader transport)
    {
        using ObjectReader? smarthost = transport.Object("Smarthost");
        if (smarthost is null)
        {
            return null;
        }

        SmarthostTls tls = smarthost.Choice("Tls", SmarthostTls.Required);
        string? username = smarthost.Text("Username");
        string? passwordFile = smarthost.Text("PasswordFile");
        if ((username is null) != (passwordFile is null))
        {
            problems.Add(smarthost.Path, "Username and PasswordFile belong together", "write both, or none to send without a login");
        }
        else if (username is not null && tls == SmarthostTls.Opportunistic)
        {
            problems.Add(smarthost.PathOf("Tls"), "a password may go out in the clear", "write \"Required\" or \"Implicit\", or remove Username and PasswordFile");
        }

        return new SmarthostConfig
        {
            Host = Host(smarthost),
            Port = (int)smarthost.Number("Port", tls == SmarthostTls.Implicit ? 465 : 587, 1, 65535),
            Tls = tls,
            VerifyCertificate = smarthost.Flag("VerifyCertificate", true),
            Username = username,
            PasswordFile = passwordFile is null ? null : paths.FullPath(smarthost, "PasswordFile", passwordFile),
        };
    }

    private string Host(ObjectReader smarthost)
    {
        string text = smarthost.Required("Host", "write the name of the server, as in \"mail.example.com\"");
        if (text.Length > 0 && !IpText.TryRead(text, out _) && !Domain.TryParse(text, out _))
        {
            problems.Add(smarthost.PathOf("Host"), $"\"{PlainText.Shown(text)}\" is no host", "write a name as in \"mail.example.com\", or an IP address");
        }

        return text;
    }

    // Names stand in logs, metrics and commands.
    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
