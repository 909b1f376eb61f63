using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mox.Net.Tls;

namespace Mox.InteropTests;

/// <summary>A Postfix with its own configuration, queue, certificate and port, that takes mail for bob@far.example into a Maildir.</summary>
internal sealed class PostfixReceiver : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _configuration;

    private PostfixReceiver(string folder, int port, X509Certificate2 certificate)
    {
        _folder = folder;
        _configuration = Path.Combine(folder, "etc");
        (Port, Certificate) = (port, certificate);
    }

    public int Port { get; }

    /// <summary>For mx.far.example, signed by itself.</summary>
    public X509Certificate2 Certificate { get; }

    public string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    /// <param name="hidden">EHLO keywords that Postfix keeps to itself.</param>
    public static async Task<PostfixReceiver> StartAsync(string hidden = "")
    {
        string folder = Directory.CreateTempSubdirectory("mox-postfix-in-").FullName;
        var postfix = new PostfixReceiver(folder, FreePort(), SelfSigned.Create(TimeProvider.System, ["mx.far.example"]));
        foreach (string name in (string[])["etc", "queue", "data", "mail"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        (await Programs.RunAsync("chmod", "755", folder)).Expect(0);
        (await Programs.RunAsync("chown", "postfix", Path.Combine(folder, "data"))).Expect(0);
        (await Programs.RunAsync("chown", "nobody:nogroup", Path.Combine(folder, "mail"))).Expect(0);
        await File.WriteAllTextAsync(Path.Combine(folder, "etc", "tls.pem"), SelfSigned.ToPem(postfix.Certificate));
        await File.WriteAllTextAsync(Path.Combine(folder, "etc", "main.cf"), $"""
            compatibility_level = 3.6
            queue_directory = {folder}/queue
            data_directory = {folder}/data
            maillog_file = {folder}/log
            maillog_file_prefixes = {folder}
            myhostname = mx.far.example
            mydestination =
            mynetworks =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            local_recipient_maps =
            smtputf8_enable = yes
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {folder}/etc/tls.pem
            smtpd_tls_key_file = {folder}/etc/tls.pem
            smtpd_tls_received_header = yes
            smtpd_discard_ehlo_keywords = {hidden}
            smtpd_recipient_restrictions = reject_unauth_destination
            message_size_limit = 20000000
            virtual_mailbox_limit = 0
            virtual_mailbox_domains = far.example
            virtual_mailbox_base = {folder}/mail
            virtual_mailbox_maps = inline:{"{"} bob@far.example=bob/ {"}"}
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            """ + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "etc", "master.cf"), $"""
            127.0.0.1:{postfix.Port} inet n - n - - smtpd
            cleanup   unix n - n - 0 cleanup
            qmgr      unix n - n 300 1 qmgr
            tlsmgr    unix - - n 1000? 1 tlsmgr
            proxymap  unix - - n - - proxymap
            rewrite   unix - - n - - trivial-rewrite
            bounce    unix - - n - 0 bounce
            defer     unix - - n - 0 bounce
            trace     unix - - n - 0 bounce
            flush     unix n - n 1000? 0 flush
            error     unix - - n - - error
            retry     unix - - n - - error
            virtual   unix - n n - - virtual
            anvil     unix - - n - 1 anvil
            postlog   unix-dgram n - n - 1 postlogd
            """ + "\n");
        (await Programs.RunAsync("postfix", "-c", postfix._configuration, "start")).Expect(0);
        return postfix;
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
        string inbox = Path.Combine(_folder, "mail", "bob", "new");
        for (int i = 0; i < 300; i++)
        {
            if (Directory.Exists(inbox) && Directory.GetFiles(inbox) is { } files && files.Length >= count)
            {
                return [.. files.Select(File.ReadAllText)];
            }
            await Task.Delay(100);
        }
        throw new TimeoutException(Log);
    }

    public async ValueTask DisposeAsync()
    {
        await Programs.RunAsync("postfix", "-c", _configuration, "stop");
        Certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
