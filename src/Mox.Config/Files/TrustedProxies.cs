using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mox.Config.Files;

/// <summary>The option TrustedProxies of a listener: addresses, and networks in CIDR form.</summary>
internal static class TrustedProxies
{
    private const string Name = "TrustedProxies";

    public static ImmutableArray<IPNetwork> Read(ObjectReader listener, ProblemList problems)
    {
        ImmutableArray<IPNetwork>.Builder networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string text in listener.Texts(Name))
        {
            if (Network(text, out IPNetwork network) is { } problem)
            {
                problems.Add(listener.PathOf(Name), $"\"{PlainText.Shown(text)}\" {problem.Message}", problem.WhatToDo);
            }
            else if (networks.Contains(network))
            {
                problems.Add(listener.PathOf(Name), $"{network} is listed twice", "remove one of them");
            }
            else
            {
                networks.Add(network);
            }
        }

        return networks.ToImmutable();
    }

    private static (string Message, string WhatToDo)? Network(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string head = slash < 0 ? text : text[..slash];
        if (head.Contains('%', StringComparison.Ordinal) || head.Contains('[', StringComparison.Ordinal)
            || !IpText.TryRead(head, out IPAddress? address))
        {
            return ("is no IP address or network", "write one as in \"192.0.2.1\", \"192.0.2.0/24\" or \"2001:db8::/32\"");
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return ("is an IPv4 address in an IPv6 one", "write the IPv4 address");
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = bits;
        if (slash >= 0 && !(int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= bits))
        {
            return ("has no valid prefix length", string.Create(CultureInfo.InvariantCulture, $"write a number of bits from 1 to {bits} after the /"));
        }

        if (prefix == 0)
        {
            return ("trusts everybody, who could then claim any address", "name the proxies, or a network with nothing else in it");
        }

        IPAddress first = FirstOf(address, prefix);
        if (!first.Equals(address))
        {
            return ("is an address inside of its network", string.Create(CultureInfo.InvariantCulture, $"write \"{first}/{prefix}\", or only \"{address}\""));
        }

        network = new IPNetwork(address, prefix);
        return null;
    }

    private static IPAddress FirstOf(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(prefix - (8 * i), 0, 8));
        }

        return new IPAddress(bytes);
    }
}
