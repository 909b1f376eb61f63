using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>What the macros stand for in one check (RFC 7208 section 7.2).</summary>
internal sealed class SpfMacroValues(SpfSender sender, string localPart, string senderDomain, TimeProvider time)
{
    private readonly IPAddress _client = sender.ClientIp.IsIPv4MappedToIPv6 ? sender.ClientIp.MapToIPv4() : sender.ClientIp;

    /// <summary>Whether the sender's local-part can stand in a name.</summary>
    public bool IsAsciiLocalPart => Ascii.IsValid(localPart);

    /// <summary>As the checks name it: <c>local-part@domain</c>.</summary>
    public string Sender => $"{localPart}@{senderDomain}";

    private bool IsV4 => _client.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>The value of a macro.</summary>
    public string Value(char letter, DnsName domain, string clientName) => letter switch
    {
        's' => Sender,
        'l' => localPart,
        'o' => senderDomain,
        'd' => domain.ToString().TrimEnd('.'),
        'i' => IsV4 ? _client.ToString() : Nibbles(),
        'p' => clientName,
        'v' => IsV4 ? "in-addr" : "ip6",
        'h' => sender.Helo,
        'c' => _client.ToString(),
        'r' => sender.Receiver.Ascii,
        't' => time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "No such macro."),
    };

    private string Nibbles() => string.Join('.', Convert.ToHexStringLower(_client.GetAddressBytes()).AsEnumerable());
}
