using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mox.InteropTests;

/// <summary>A small blocking SMTP client.</summary>
internal sealed class MailSender : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly BufferedStream _stream;

    public MailSender(int port)
    {
        _client.Connect(IPAddress.Loopback, port);
        _client.ReceiveTimeout = 60_000;
        _client.NoDelay = true;
        _stream = new BufferedStream(_client.GetStream(), 64 << 10);
        Expect('2');
        Write("EHLO crash.example\r\n"u8);
        Expect('2');
    }

    public void Send(string recipient, ReadOnlySpan<byte> content, bool withBdat)
    {
        Write(Encoding.ASCII.GetBytes($"MAIL FROM:<crash@example.org> SIZE={content.Length}\r\nRCPT TO:<{recipient}>\r\n"));
        Expect('2');
        Expect('2');
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
