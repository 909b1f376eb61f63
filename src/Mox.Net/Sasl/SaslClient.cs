namespace Mox.Net.Sasl;

/// <summary>The client's side of one SASL exchange (RFC 4422 section 3), as bytes before base64.</summary>
/// <remarks>
/// The protocol sends <see cref="InitialResponse"/> with the command where it may (else when an empty challenge asks for
/// it), answers each challenge with <see cref="Respond"/>, and believes a success only when <see cref="IsComplete"/>.
/// </remarks>
public abstract class SaslClient
{
    /// <summary>The mechanism's name.</summary>
    public abstract string Mechanism { get; }

    /// <summary>True when the exchange may end in success: with SCRAM, when the server has proved that it knows the password.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>What goes with the command; null when the server speaks first.</summary>
    public abstract byte[]? InitialResponse();

    /// <summary>Answers a challenge.</summary>
    /// <exception cref="SaslException">The challenge is not one that an honest server sends; break off with <c>*</c>.</exception>
    public abstract byte[] Respond(ReadOnlySpan<byte> challenge);

    /// <summary>PLAIN (RFC 4616). Only under TLS.</summary>
    public static SaslClient Plain(string login, string password) => new PlainClient(login, password);

    /// <summary>LOGIN. Only under TLS.</summary>
    public static SaslClient Login(string login, string password) => new LoginClient(login, password);

    /// <summary>CRAM-MD5 (RFC 2195).</summary>
    public static SaslClient CramMd5(string login, string password) => new CramMd5Client(login, password);

    /// <summary>
    /// SCRAM (RFC 5802, RFC 7677). With <paramref name="tlsServerEndPoint"/> of the server's certificate
    /// (<see cref="Tls.ChannelBinding"/>) it is the -PLUS mechanism. <paramref name="serverLacksPlus"/>: we could bind, but
    /// the server does not offer it, which we tell it, so that it can notice a downgrade.
    /// </summary>
    public static SaslClient Scram(
        ScramHash hash, string login, string password, ReadOnlyMemory<byte> tlsServerEndPoint = default, bool serverLacksPlus = false) =>
        new ScramClient(hash, login, password, tlsServerEndPoint, serverLacksPlus);
}
