using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mox.Load;

/// <summary>The next hop of relayed mail: takes everything over STARTTLS, keeps nothing, and says how many messages it took.</summary>
/// <remarks>Writes nothing to a disk and answers in as few packets as pipelining lets it, so that it is not what is measured.</remarks>
internal sealed class Sink(SslServerAuthenticationOptions tls)
{
    private const string Count = "XCOUNT";

    private int _taken;

    public static async Task<int> RunAsync(Options options)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(options["certificate"], options["key"]);
        Sink sink = new(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) });
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(options.EndPoint("listen"));
        listener.Listen(512);
        while (true)
        {
            _ = sink.ServeAsync(await listener.AcceptAsync());
        }
    }

    /// <summary>The messages that a sink took so far.</summary>
    public static async Task<int> CountAsync(SmtpConnection sink) =>
        int.Parse((await sink.OkAsync(Count)).Split(' ')[1], CultureInfo.InvariantCulture);

    private async Task ServeAsync(Socket socket)
    {
        using Wire wire = Wire.Accepted(socket);
        try
        {
            await wire.WriteAsync("220 sink.example ESMTP\r\n"u8.ToArray());
            await TalkAsync(wire);
        }
        catch (Exception e) when (e is IOException or LoadException or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone.
        }
    }

    private async Task TalkAsync(Wire wire)
    {
        bool isSecure = false;
        StringBuilder replies = new();
        while (true)
        {
            string line = Encoding.Latin1.GetString((await wire.ReadLineAsync()).Span).TrimEnd();
            string verb = line.Split(' ', 2)[0].ToUpperInvariant();
            replies.Append(Reply(verb, isSecure)).Append("\r\n");
            if (wire.IsDrained || verb is "DATA" or "QUIT")
            {
                await FlushAsync();
            }

            switch (verb)
            {
                case "STARTTLS":
                    await wire.SecureAsync(tls);
                    isSecure = true;
                    break;
                case "DATA" when isSecure:
                    await SkipContentAsync(wire);
                    Interlocked.Increment(ref _taken);
                    replies.Append("250 2.0.0 taken\r\n");
                    if (wire.IsDrained)
                    {
                        await FlushAsync();
                    }

                    break;
                case "QUIT":
                    return;
            }
        }

        async ValueTask FlushAsync()
        {
            await wire.WriteAsync(Encoding.ASCII.GetBytes(replies.ToString()));
            replies.Clear();
        }
    }

    private string Reply(string verb, bool isSecure) => verb switch
    {
        "EHLO" => $"250-sink.example\r\n{(isSecure ? "" : "250-STARTTLS\r\n")}250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
        Count => string.Create(CultureInfo.InvariantCulture, $"250 {Volatile.Read(ref _taken)}"),
        "STARTTLS" => "220 2.0.0 go ahead",
        "MAIL" or "RCPT" or "DATA" when !isSecure => "530 5.7.0 STARTTLS first",
        "DATA" => "354 go ahead",
        "QUIT" => "221 2.0.0 bye",
        _ => "250 2.0.0 ok",
    };

    private static async Task SkipContentAsync(Wire wire)
    {
        while (!(await wire.ReadLineAsync()).Span.SequenceEqual(".\r\n"u8))
        {
        }
    }
}
