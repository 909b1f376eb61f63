using System.Text;

namespace Mox.Net.Sasl;

/// <summary>SCRAM's small grammar (RFC 5802 section 7).</summary>
internal static class ScramText
{
    /// <summary>saslname: comma and equals sign are =2C and =3D, and no other = may stand there.</summary>
    public static string DecodeName(ReadOnlySpan<char> name)
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '=')
            {
                text.Append(name[i] == '\0' ? throw new SaslException("NUL in a name") : name[i]);
                continue;
            }

            var escape = i + 2 < name.Length ? name.Slice(i + 1, 2) : default;
            text.Append(escape switch
            {
                "2C" => ',',
                "3D" => '=',
                _ => throw new SaslException("= in a name stands only in =2C and =3D"),
            });
            i += 2;
        }

        return text.ToString();
    }

    /// <summary>saslname, encoded.</summary>
    public static string EncodeName(string name) => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>printable = %x21-2B / %x2D-7E, at least one.</summary>
    public static bool IsNonce(string nonce) => nonce.Length is > 0 and <= 1_024 && !nonce.Any(c => c is < '!' or > '~' or ',');

    /// <summary>Base64 with padding, exactly.</summary>
    public static byte[] Base64(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return text.Length % 4 == 0 && !text.ContainsAny(" \t\r\n") && Convert.TryFromBase64Chars(text, bytes, out var written)
            ? bytes[..written]
            : throw new SaslException("bad base64");
    }
}
