using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mox.Smtp.Server;

namespace Mox.Smtp;

/// <summary>Writes the Received trace field (RFC 5321 section 4.4).</summary>
public static class ReceivedHeader
{
    private const int MaxLineLength = 78;

    /// <summary>The field for one recipient, folded, with its last CRLF.</summary>
    /// <param name="peer">Who sent it to us.</param>
    /// <param name="content">What came.</param>
    /// <param name="recipient">The recipient, or null to leave the clause out.</param>
    public static string Build(SmtpPeer peer, ContentFacts content, ForwardPath? recipient)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(content);
        var text = new StringBuilder(300);
        int lineStart = 0;
        text.Append("Received:");
        if (peer.IsAuthenticated)
        {
            // Where its users are when they write is nobody's business.
            Word("from " + peer.Hostname);
        }
        else
        {
            Word("from " + Name(peer.Hello));
            Word(peer.Name is { } name ? $"({name} {Literal(peer.RemoteIp)})" : $"({Literal(peer.RemoteIp)})");
        }
        Word($"by {peer.Hostname}");
        Word($"({Literal(peer.LocalIp)})");
        Word("via tcp");
        Word("with " + Protocol(peer, content));
        Word("id " + peer.ReceivedId);
        if (peer.Tls is { } tls)
        {
            Word($"({tls.ProtocolName} {tls.CipherSuite})");
        }
        if (recipient?.Host is { } host)
        {
            Word($"for <{recipient.LocalPart}@{Name(host)}>");
        }
        else if (recipient is not null)
        {
            Word($"for <{recipient.LocalPart}>");
        }
        text.Append(';');
        Word(Date(content.ReceivedAt));
        return text.Append("\r\n").ToString();

        void Word(string word)
        {
            if (text.Length - lineStart + 1 + word.Length > MaxLineLength)
            {
                text.Append("\r\n\t");
                lineStart = text.Length - 1;
            }
            else
            {
                text.Append(' ');
            }
            text.Append(word);
        }
    }

    /// <summary>A date as header fields have it (RFC 5322 section 3.3), in UTC.</summary>
    public static string Date(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("ddd, d MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    // Mail transmission types as registered with RFC 3848 and RFC 6531 section 4.3.
    private static string Protocol(SmtpPeer peer, ContentFacts content)
    {
        string name = content.NeedsSmtpUtf8 ? "UTF8SMTP" : peer.IsExtended || peer.IsAuthenticated || peer.Tls is not null ? "ESMTP" : "SMTP";
        return name + (peer.Tls is null ? "" : "S") + (peer.IsAuthenticated ? "A" : "");
    }

    // A-labels, so that the field is ASCII whatever the name.
    private static string Name(SmtpHost host) => host.Domain is { } domain ? domain.Ascii : host.ToString();

    private static string Literal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
}
