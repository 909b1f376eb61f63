using System.CommandLine;
using Mox.Addresses;
using Mox.EmailAuth.Spf;

namespace Mox.Host.Cli.Checks;

/// <summary>The options that say who is at the other end.</summary>
internal static class SenderOptions
{
    /// <summary>Where a command must know the client.</summary>
    public static readonly Option<string> NeededIp = new("--ip") { Description = "The address of the client.", HelpName = "IP", Required = true };

    /// <summary>Where it need not.</summary>
    public static readonly Option<string?> Ip = new("--ip") { Description = "The address of the client; without it, SPF is not checked.", HelpName = "IP" };

    public static readonly Option<string?> Helo = new("--helo") { Description = "The name that the client gave with EHLO.", HelpName = "NAME" };

    public static readonly Option<string?> MailFrom = new("--mailfrom") { Description = "The address of MAIL FROM; <> for the empty one.", HelpName = "ADDRESS" };

    public static readonly Option<string> Receiver = new("--receiver")
    {
        Description = "The name of the server that asks, which explanations may have in them. Default unknown.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "unknown",
    };

    /// <summary>The sender, and which of its names is checked: that of EHLO only when there is no MAIL FROM.</summary>
    /// <exception cref="UserErrorException">They make none.</exception>
    public static (SpfSender Sender, SpfIdentity Identity) Read(CheckContext context, string ip)
    {
        string helo = context.Get(Helo) ?? "";
        string? mailFrom = context.Get(MailFrom);
        bool isNull = mailFrom is "" or "<>";
        if (helo.Length == 0 && (mailFrom is null || isNull))
        {
            throw new UserErrorException("the sender has no name: give --mailfrom ADDRESS, --helo NAME, or both");
        }

        var sender = new SpfSender
        {
            ClientIp = CheckContext.ToIp(ip),
            Helo = helo,
            MailFrom = mailFrom is null || isNull ? default : ToAddress(mailFrom),
            Receiver = CheckContext.ToDomain(context.Get(Receiver)!),
        };
        return (sender, mailFrom is null ? SpfIdentity.Helo : SpfIdentity.MailFrom);
    }

    private static Address ToAddress(string text)
    {
        string bare = text.StartsWith('<') && text.EndsWith('>') ? text[1..^1] : text;
        return Address.TryParse(bare, out Address address, out string? problem)
            ? address : throw new UserErrorException($"\"{text}\" is no address: {problem}: give one, as in anna@example.org");
    }
}
