using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mox.Addresses;
using Mox.Dns.Wire;

namespace Mox.Dns;

/// <summary>A name in DNS: absolute, in A-labels, lower-case (RFC 1035 section 3.1).</summary>
/// <remarks>
/// Always absolute, so that no search domain can get in: the dot at the end may be left out in <see cref="Parse"/> and is always
/// there in <see cref="ToString"/>. Any byte may stand in a label; dots, backslashes and what cannot be printed are written
/// <c>\.</c>, <c>\\</c> and <c>\DDD</c> (RFC 1035 section 5.1). <c>default</c> is no name: <see cref="IsEmpty"/>.
/// </remarks>
public readonly record struct DnsName
{
    private readonly string? _text;

    private DnsName(string text) => _text = text;

    /// <summary>The root, ".".</summary>
    public static DnsName Root { get; } = new(".");

    /// <summary>Whether this is <c>default</c>, that is, no name at all.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>Parses a name in ASCII, in any case, with or without the dot at its end.</summary>
    /// <exception cref="FormatException">The text is no name.</exception>
    public static DnsName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var name) ? name : throw new FormatException("Bad DNS name: labels have 1 to 63 ASCII characters, a name 255.");
    }

    /// <summary>Parses a name in ASCII, in any case, with or without the dot at its end; false when the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DnsName name)
    {
        Span<byte> wire = stackalloc byte[WireName.MaxLength];
        var length = WireName.FromText(text ?? "", wire);
        name = length > 0 ? FromWire(wire[..length]) : default;
        return length > 0;
    }

    /// <summary>The name of a domain.</summary>
    public static DnsName Of(Domain domain) => Parse(domain.Ascii);

    /// <summary>
    /// The name under which an address's PTR records are: in-addr.arpa (RFC 1035 section 3.5) or ip6.arpa (RFC 3596 section 2.5). An
    /// IPv4-mapped IPv6 address is taken for the IPv4 address that it is.
    /// </summary>
    public static DnsName Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var text = new StringBuilder(74);
        foreach (var b in address.GetAddressBytes().Reverse())
        {
            _ = address.AddressFamily == AddressFamily.InterNetwork
                ? text.Append(CultureInfo.InvariantCulture, $"{b}.")
                : text.Append(CultureInfo.InvariantCulture, $"{b & 15:x}.{b >> 4:x}.");
        }

        return new DnsName(text.Append(address.AddressFamily == AddressFamily.InterNetwork ? "in-addr.arpa." : "ip6.arpa.").ToString());
    }

    /// <summary>The name as a domain; false when it is none, as the root or a name with other characters than domains have.</summary>
    public bool TryGetDomain(out Domain domain) => Domain.TryParseLax(ToString().TrimEnd('.'), out domain);

    /// <summary>Whether this is <paramref name="parent"/> itself or a name below it.</summary>
    public bool IsOrIsUnder(DnsName parent)
    {
        if (_text is null || parent._text is null)
        {
            return false;
        }

        if (parent == Root || _text == parent._text)
        {
            return true;
        }

        var start = _text.Length - parent._text.Length;
        return start > 1 && _text[start - 1] == '.' && _text.EndsWith(parent._text, StringComparison.Ordinal) && !IsEscaped(start - 1);
    }

    /// <summary>The name with the dot at its end; empty for <c>default</c>.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>Makes a name of its labels, each after its length, and the empty one at the end, all checked before.</summary>
    internal static DnsName FromWire(ReadOnlySpan<byte> wire)
    {
        if (wire.Length == 1)
        {
            return Root;
        }

        // An escaped byte takes four characters.
        Span<char> text = stackalloc char[WireName.MaxLength * 4];
        var used = 0;
        for (int at = 0, left = 0; at < wire.Length - 1; at++)
        {
            if (left == 0)
            {
                left = wire[at];
                if (at > 0)
                {
                    text[used++] = '.';
                }
            }
            else
            {
                used += Append(text[used..], wire[at]);
                left--;
            }
        }

        text[used++] = '.';
        return new DnsName(new string(text[..used]));
    }

    private static int Append(Span<char> text, byte b)
    {
        switch (b)
        {
            case (byte)'.' or (byte)'\\':
                text[0] = '\\';
                text[1] = (char)b;
                return 2;
            case > 0x20 and < 0x7f:
                text[0] = char.ToLowerInvariant((char)b);
                return 1;
            default:
                text[0] = '\\';
                b.TryFormat(text[1..], out _, "D3", CultureInfo.InvariantCulture);
                return 4;
        }
    }

    private bool IsEscaped(int at)
    {
        var backslashes = 0;
        while (at - backslashes > 0 && _text![at - backslashes - 1] == '\\')
        {
            backslashes++;
        }

        return (backslashes & 1) == 1;
    }
}
