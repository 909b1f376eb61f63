using System.Security.Authentication;
using System.Text;
using Mox.Net;
using Mox.Net.Sasl;
using Mox.Net.Tls;

namespace Mox.Smtp.Client;

/// <summary>AUTH by the strongest mechanism that both sides have (RFC 4954).</summary>
internal static class SmtpLogin
{
    // No mechanism of ours takes more than three.
    private const int MaxChallenges = 10;

    private const string Verb = "AUTH";

    /// <exception cref="SmtpFailureException">The login failed.</exception>
    public static async ValueTask RunAsync(SmtpWire wire, SmtpExtensions extensions, SmtpClientOptions options)
    {
        var sasl = Choose(extensions.Mechanisms, options.Credentials!, wire.Tls, options.AllowPlaintextLogin)
            ?? throw Failed(extensions.Mechanisms.Count == 0
                ? "the server offers no AUTH"
                : $"the server offers no mechanism that may be used {(wire.Tls is null ? "without TLS" : "here")}: {string.Join(' ', extensions.Mechanisms)}");
        try
        {
            await ExchangeAsync(wire, sasl);
        }
        catch (SaslException e)
        {
            await wire.AskAsync("*", SmtpStage.Login, Verb);
            throw Failed($"{sasl.Mechanism}: {SafeText.Cut(SafeText.Of(e.Message))}");
        }
    }

    /// <summary>The strongest mechanism of those offered; null when there is none that may be used.</summary>
    internal static SaslClient? Choose(IReadOnlyList<string> offered, SmtpCredentials credentials, TlsSessionInfo? tls, bool allowPlaintext)
    {
        var (login, password) = credentials;
        // On TLS 1.3 servers mean tls-exporter (RFC 9266), which .NET does not have.
        var binding = tls is { Protocol: SslProtocols.Tls12 } ? tls.TlsServerEndPoint : default;
        bool lacksPlus = !binding.IsEmpty && !offered.Any(name => name.EndsWith("-PLUS", StringComparison.Ordinal));
        return Plus(SaslMechanisms.ScramSha256Plus, ScramHash.Sha256)
            ?? Scram(SaslMechanisms.ScramSha256, ScramHash.Sha256)
            ?? Plus(SaslMechanisms.ScramSha1Plus, ScramHash.Sha1)
            ?? Scram(SaslMechanisms.ScramSha1, ScramHash.Sha1)
            ?? (offered.Contains(SaslMechanisms.CramMd5) ? SaslClient.CramMd5(login, password) : null)
            ?? (MayShow(SaslMechanisms.Plain) ? SaslClient.Plain(login, password) : null)
            ?? (MayShow(SaslMechanisms.Login) ? SaslClient.Login(login, password) : null);

        SaslClient? Plus(string name, ScramHash hash) =>
            !binding.IsEmpty && offered.Contains(name) ? SaslClient.Scram(hash, login, password, binding) : null;

        SaslClient? Scram(string name, ScramHash hash) =>
            offered.Contains(name) ? SaslClient.Scram(hash, login, password, serverLacksPlus: lacksPlus) : null;

        bool MayShow(string name) => (tls is not null || allowPlaintext) && offered.Contains(name);
    }

    private static async ValueTask ExchangeAsync(SmtpWire wire, SaslClient sasl)
    {
        string command = $"{Verb} {sasl.Mechanism}";
        try
        {
            // An empty initial response is "=" (RFC 4954 section 4).
            command += sasl.InitialResponse() switch
            {
                null => "",
                [] => " =",
                { } initial => " " + Base64(initial),
            };
        }
        catch (SaslException e)
        {
            // Nothing was said yet that would have to be broken off.
            throw Failed(e.Message);
        }
        var reply = await wire.AskAsync(command, SmtpStage.Login, Verb, TraceContent.Credentials);
        for (int i = 0; reply.IsGoAhead; i++)
        {
            if (i == MaxChallenges)
            {
                throw wire.Broken(SmtpStage.Login, $"more than {MaxChallenges} challenges");
            }
            reply = await wire.AskAsync(Answer(sasl, reply), SmtpStage.Login, Verb, TraceContent.Credentials);
        }
        if (!reply.IsOk)
        {
            throw wire.Refused(reply, SmtpStage.Login);
        }
        if (!sasl.IsComplete)
        {
            throw wire.Broken(SmtpStage.Login, $"{sasl.Mechanism} ended before the server had proved that it knows the password");
        }
    }

    private static string Answer(SaslClient sasl, ServerReply reply)
    {
        var text = Encoding.ASCII.GetBytes(reply.Lines[0].Trim());
        // LOGIN's challenges mean nothing, and some servers do not even encode them.
        if (!SaslBase64.TryDecode(text, out byte[] challenge) && sasl.Mechanism != SaslMechanisms.Login)
        {
            throw new SaslException("the challenge is no base64");
        }
        return Base64(sasl.Respond(challenge));
    }

    private static string Base64(byte[] message) => Encoding.ASCII.GetString(SaslBase64.Encode(message));

    private static SmtpFailureException Failed(string text) =>
        new(new SmtpFailure(SmtpStage.Login, false, 0, new EnhancedStatus(4, 7, 0), text));
}
