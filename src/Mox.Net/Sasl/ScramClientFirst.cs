namespace Mox.Net.Sasl;

/// <summary>SCRAM's client-first-message (RFC 5802 section 7).</summary>
/// <param name="Gs2Header">The header as sent, with its last comma: the client's binding repeats it.</param>
/// <param name="BindingFlag"><c>n</c>, <c>y</c> or <c>p</c>.</param>
/// <param name="BindingName">The channel binding's name with <c>p</c>, else empty.</param>
/// <param name="AuthorizationId">Whom to act for; empty: the login itself.</param>
/// <param name="Login">The login.</param>
/// <param name="Nonce">The client's nonce.</param>
/// <param name="Bare">The message without the header, which the proofs cover.</param>
internal sealed record ScramClientFirst(
    string Gs2Header, char BindingFlag, string BindingName, string AuthorizationId, string Login, string Nonce, string Bare)
{
    /// <exception cref="SaslException">The message breaks the grammar.</exception>
    public static ScramClientFirst Parse(string message)
    {
        var parts = message.Split(',', 3);
        if (parts.Length != 3)
        {
            throw new SaslException("expected gs2-header");
        }

        var flag = parts[0] switch
        {
            "n" => 'n',
            "y" => 'y',
            ['p', '=', _, ..] => 'p',
            _ => throw new SaslException("expected n, y or p=name"),
        };
        var authorizationId = parts[1] switch
        {
            "" => "",
            ['a', '=', _, ..] => ScramText.DecodeName(parts[1].AsSpan(2)),
            _ => throw new SaslException("expected a=authzid or nothing"),
        };

        var bare = parts[2];
        var attributes = bare.Split(',', 3);
        // A message that begins with m= demands an extension that we do not know: it must fail (RFC 5802 section 5.1).
        if (attributes.Length < 2 || !attributes[0].StartsWith("n=", StringComparison.Ordinal)
            || !attributes[1].StartsWith("r=", StringComparison.Ordinal))
        {
            throw new SaslException("expected n=login,r=nonce");
        }

        var login = ScramText.DecodeName(attributes[0].AsSpan(2));
        var nonce = attributes[1][2..];
        if (login.Length == 0 || !ScramText.IsNonce(nonce))
        {
            throw new SaslException("expected a login and a printable nonce");
        }

        var header = message[..(message.Length - bare.Length)];
        return new ScramClientFirst(header, flag, flag == 'p' ? parts[0][2..] : "", authorizationId, login, nonce, bare);
    }
}
