using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;

namespace Mox.InteropTests;

/// <summary>A Postfix with its own certificate and port, that takes mail for bob@far.example into a Maildir.</summary>
internal sealed class PostfixReceiver : IAsyncDisposable
{
    private readonly PostfixInstance _postfix = new();

    public int Port { get; } = MoxProcess.FreePort();

    /// <summary>For mx.far.example, signed by itself.</summary>
    public X509Certificate2 Certificate { get; } = SelfSigned.Create(TimeProvider.System, ["mx.far.example"]);

    public string Log => _postfix.Log;

    /// <param name="hidden">EHLO keywords that Postfix keeps to itself.</param>
    public static async Task<PostfixReceiver> StartAsync(string hidden = "")
    {
        var receiver = new PostfixReceiver();
        PostfixInstance postfix = receiver._postfix;
        string certificate = Path.Combine(postfix.Folder, "tls.pem");
        await File.WriteAllTextAsync(certificate, SelfSigned.ToPem(receiver.Certificate));
        await postfix.PrepareAsync(
            $"""
            myhostname = mx.far.example
            mynetworks =
            local_recipient_maps =
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {certificate}
            smtpd_tls_key_file = {certificate}
            smtpd_tls_received_header = yes
            smtpd_discard_ehlo_keywords = {hidden}
            smtpd_recipient_restrictions = reject_unauth_destination
            message_size_limit = 20000000
            virtual_mailbox_limit = 0
            {await postfix.MakeMailboxesAsync(["far.example"], ["bob@far.example=bob/"])}
            """,
            $"""
            127.0.0.1:{receiver.Port} inet n - n - - smtpd
            virtual   unix - n n - - virtual
            """);
        await postfix.StartAsync();
        return receiver;
    }

    /// <summary>A new connection to it.</summary>
    public async Task<Stream> ConnectAsync()
    {
        for (int i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i < 100)
            {
                socket.Dispose();
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Bob's messages, as Postfix stored them (lines end in LF), once there are so many.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync(int count)
    {
        for (int i = 0; i < 300; i++)
        {
            if (_postfix.Messages("bob") is { } messages && messages.Count >= count)
            {
                return messages;
            }
            await Task.Delay(100);
        }
        throw new TimeoutException(Log);
    }

    public async ValueTask DisposeAsync()
    {
        await _postfix.DisposeAsync();
        Certificate.Dispose();
    }
}
