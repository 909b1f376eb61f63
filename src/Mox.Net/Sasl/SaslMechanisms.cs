using System.Security.Authentication;
using Mox.Net.Tls;

namespace Mox.Net.Sasl;

/// <summary>The mechanisms we speak, which of them a connection may use, and their server exchanges.</summary>
public static class SaslMechanisms
{
    /// <summary>RFC 4422, by the key of the client's TLS certificate.</summary>
    public const string External = "EXTERNAL";

    /// <summary>RFC 4616.</summary>
    public const string Plain = "PLAIN";

    /// <summary>No RFC, but old clients.</summary>
    public const string Login = "LOGIN";

    /// <summary>RFC 2195.</summary>
    public const string CramMd5 = "CRAM-MD5";

    /// <summary>RFC 7677.</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <summary>RFC 7677, with channel binding.</summary>
    public const string ScramSha256Plus = "SCRAM-SHA-256-PLUS";

    /// <summary>RFC 5802.</summary>
    public const string ScramSha1 = "SCRAM-SHA-1";

    /// <summary>RFC 5802, with channel binding.</summary>
    public const string ScramSha1Plus = "SCRAM-SHA-1-PLUS";

    /// <summary>What this client can use now, strongest first.</summary>
    public static IReadOnlyList<string> UsableBy(LoginContext context, SaslMechanismOptions options) =>
        Usable(context.Tls, context.AllowsPlaintext ? options with { PlainWithoutTls = true } : options);

    /// <summary>What can be used over <paramref name="tls"/> (null: in the clear), strongest first. Never a name that cannot work now.</summary>
    public static IReadOnlyList<string> Usable(TlsSessionInfo? tls, SaslMechanismOptions options)
    {
        var plus = OffersPlus(tls, options);
        var names = new List<string>(8);
        Add(External, tls?.ClientCertificate is not null);
        Add(ScramSha256Plus, plus);
        Add(ScramSha256, true);
        Add(ScramSha1Plus, plus && options.ScramSha1);
        Add(ScramSha1, options.ScramSha1);
        Add(CramMd5, options.CramMd5);
        Add(Plain, tls is not null || options.PlainWithoutTls);
        Add(Login, tls is not null || options.PlainWithoutTls);
        return names;

        void Add(string name, bool usable)
        {
            if (usable)
            {
                names.Add(name);
            }
        }
    }

    /// <summary>
    /// Begins an exchange; the name's case does not matter. Null when <see cref="UsableBy"/> does not list the mechanism.
    /// <paramref name="serverName"/> goes into CRAM-MD5's challenge.
    /// </summary>
    public static SaslServerExchange? Begin(
        string mechanism, LoginContext context, SaslMechanismOptions options, ISaslBackend backend, string serverName)
    {
        var usable = UsableBy(context, options);
        var name = usable.FirstOrDefault(m => m.Equals(mechanism, StringComparison.OrdinalIgnoreCase));
        var plus = OffersPlus(context.Tls, options);
        return name switch
        {
            External => new ExternalServerExchange(context, backend),
            Plain => new PlainServerExchange(context, backend),
            Login => new LoginServerExchange(context, backend),
            CramMd5 => new CramMd5ServerExchange(context, backend, serverName),
            ScramSha256 or ScramSha256Plus => new ScramServerExchange(name, ScramHash.Sha256, plus, context, backend),
            ScramSha1 or ScramSha1Plus => new ScramServerExchange(name, ScramHash.Sha1, plus, context, backend),
            _ => null,
        };
    }

    /// <summary>tls-server-end-point on TLS 1.2; on 1.3 only by option. Never tls-unique (RFC 9266 section 4).</summary>
    private static bool OffersPlus(TlsSessionInfo? tls, SaslMechanismOptions options) =>
        tls is { TlsServerEndPoint.Length: > 0 } && (tls.Protocol == SslProtocols.Tls12 || options.PlusOnTls13);
}
