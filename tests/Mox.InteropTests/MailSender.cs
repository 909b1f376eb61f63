using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mox.InteropTests;

/// <summary>A small blocking SMTP client.</summary>
internal sealed class MailSender : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly BufferedStream _stream;

    public MailSender(int port)
        : this(port, withTls: false)
    {
    }

    private MailSender(int port, bool withTls)
    {
        try
        {
            _client.Connect(IPAddress.Loopback, port);
            _client.ReceiveTimeout = 60_000;
            _client.NoDelay = true;
            _stream = new BufferedStream(withTls ? StartTls(_client.GetStream()) : _client.GetStream(), 64 << 10);
            Expect('2');
            Write("EHLO crash.example\r\n"u8);
            Expect('2');
        }
        catch
        {
            _client.Dispose();
            throw;
        }
    }

    /// <summary>Logs in, where TLS begins with the first byte.</summary>
    public static MailSender Login(int port, string user, string password)
    {
        MailSender sender = new(port, withTls: true);
        try
        {
            string secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
            sender.Write(Encoding.ASCII.GetBytes($"AUTH PLAIN {secret}\r\n"));
            sender.Expect('2');
            return sender;
        }
        catch
        {
            sender.Dispose();
            throw;
        }
    }

    public void Send(string recipient, ReadOnlySpan<byte> content, bool withBdat) => Send([recipient], content, withBdat);

    public void Send(string[] recipients, ReadOnlySpan<byte> content, bool withBdat)
    {
        string path = string.Concat(recipients.Select(recipient => $"RCPT TO:<{recipient}>\r\n"));
        Write(Encoding.ASCII.GetBytes($"MAIL FROM:<crash@example.org> SIZE={content.Length}\r\n{path}"));
        for (int i = 0; i <= recipients.Length; i++)
        {
            Expect('2');
        }

        if (withBdat)
        {
            int half = content.Length / 2;
            Write([.. Encoding.ASCII.GetBytes($"BDAT {half}\r\n"), .. content[..half]]);
            Expect('2');
            Write([.. Encoding.ASCII.GetBytes($"BDAT {content.Length - half} LAST\r\n"), .. content[half..]]);
        }
        else
        {
            Write("DATA\r\n"u8);
            Expect('3');
            string stuffed = Encoding.Latin1.GetString(content).Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
            Write([.. Encoding.Latin1.GetBytes(stuffed), .. ".\r\n"u8]);
        }

        Expect('2');
    }

    /// <summary>Sends a message of any size from a repeated line, without holding it.</summary>
    public void SendLines(string recipient, string header, ReadOnlySpan<byte> line, int times)
    {
        Write(Encoding.ASCII.GetBytes($"MAIL FROM:<crash@example.org>\r\nRCPT TO:<{recipient}>\r\n"));
        Expect('2');
        Expect('2');
        Write("DATA\r\n"u8);
        Expect('3');
        _stream.Write(Encoding.ASCII.GetBytes(header));
        for (int i = 0; i < times; i++)
        {
            _stream.Write(line);
        }

        Write(".\r\n"u8);
        Expect('2');
    }

    /// <summary>The last line of the next reply.</summary>
    public string ReadReply()
    {
        while (true)
        {
            StringBuilder line = new();
            for (int next = _stream.ReadByte(); next != '\n'; next = _stream.ReadByte())
            {
                line.Append(next >= 0 ? (char)next : throw new EndOfStreamException("the server closed the connection"));
            }

            if (line.Length < 4 || line[3] != '-')
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static SslStream StartTls(NetworkStream stream)
    {
        SslStream tls = new(stream);
#pragma warning disable CA5359 // The server of the test made its certificate itself.
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
        return tls;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }

    private void Expect(char first)
    {
        string reply = ReadReply();
        Assert.True(reply.StartsWith(first), $"wanted {first}xx: {reply}");
    }
}
