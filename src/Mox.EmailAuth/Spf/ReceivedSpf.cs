using System.Text;

namespace Mox.EmailAuth.Spf;

/// <summary>Writes Received-SPF, which tells readers of a message what was found and of whom (RFC 7208 section 9.1).</summary>
public static class ReceivedSpf
{
    /// <summary>The header field with its name, folded, with CRLF at its end.</summary>
    public static string Compose(SpfVerdict verdict, SpfSender sender)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(sender);
        var client = sender.ClientIp.IsIPv4MappedToIPv6 ? sender.ClientIp.MapToIPv4() : sender.ClientIp;
        (string Key, string Value)[] pairs =
        [
            ("client-ip", client.ToString()),
            ("envelope-from", sender.MailFrom.ToString()),
            ("helo", sender.Helo),
            ("receiver", sender.Receiver.Ascii),
            ("identity", verdict.Identity == SpfIdentity.Helo || sender.MailFrom.IsEmpty ? "helo" : "mailfrom"),
            ("mechanism", verdict.Mechanism),
            ("problem", verdict.Problem),
        ];
        return new StringBuilder("Received-SPF: ").Append(verdict.Result.ToString().ToLowerInvariant())
            .AppendJoin(';', pairs.Where(pair => pair.Value.Length > 0).Select(pair => $"\r\n\t{pair.Key}={Quoted(pair.Value)}")).Append("\r\n").ToString();
    }

    // dot-atom or quoted-string; what came from strangers is cut and stripped of what ends a line.
    private static string Quoted(string value)
    {
        const int MaxLength = 256;
        string text = value[..Math.Min(value.Length, MaxLength)];
        if (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c is '"' or '\\' ? "\\" : "").Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return quoted.Append('"').ToString();
    }
}
