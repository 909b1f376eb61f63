using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Mox.Net.Sasl;
using Mox.Net.Tls;

namespace Mox.Net.Tests.Sasl;

/// <summary>Both sides of an exchange, or one side fed by hand.</summary>
internal static class SaslExchange
{
    public static readonly byte[] Binding = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static LoginContext Context(bool tls = true, SslProtocols protocol = SslProtocols.Tls12) => new()
    {
        Protocol = "imap",
        RemoteIp = IPAddress.Loopback,
        Cid = "1",
        Tls = tls ? new TlsSessionInfo(protocol, TlsCipherSuite.TLS_AES_128_GCM_SHA256, null, null, null, Binding) : null,
    };

    /// <summary>Lets a client and a server talk until the server has a result.</summary>
    public static async Task<LoginResult> RunAsync(SaslClient client, SaslServerExchange server, bool withInitialResponse = true)
    {
        var response = withInitialResponse ? client.InitialResponse() : null;
        for (var step = 0; step < 6; step++)
        {
            var next = await server.StepAsync(response, default);
            if (next.Result is { } result)
            {
                Assert.Equal(result.IsOk, client.IsComplete && result.IsOk);
                return result;
            }

            response = client.Respond(next.Challenge.Span);
        }

        throw new InvalidOperationException("The exchange does not end.");
    }

    /// <summary>Feeds responses (null: none) and gives what the server says, ending with its result.</summary>
    public static async Task<string> FeedAsync(SaslServerExchange server, params string?[] responses)
    {
        var said = new List<string>();
        foreach (var response in responses)
        {
            var step = await server.StepAsync(response is null ? null : Encoding.Latin1.GetBytes(response), default);
            if (step.Result is { } result)
            {
                said.Add(result.Outcome.ToString());
                break;
            }

            said.Add(Encoding.UTF8.GetString(step.Challenge.Span));
        }

        return string.Join('|', said);
    }
}
