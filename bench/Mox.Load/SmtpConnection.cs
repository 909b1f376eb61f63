using System.Net;
using System.Text;

namespace Mox.Load;

/// <summary>A sending client with pipelining: one write for the envelope, one for the content.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly Wire _wire;

    private SmtpConnection(Wire wire) => _wire = wire;

    public static async Task<SmtpConnection> ConnectAsync(IPEndPoint server)
    {
        SmtpConnection smtp = new(await Wire.ConnectAsync(server, tls: false));
        await smtp.ExpectAsync('2');
        await smtp._wire.WriteAsync("EHLO load.example\r\n"u8.ToArray());
        await smtp.ExpectAsync('2');
        return smtp;
    }

    /// <summary>Sends one message whose content ends with the lone dot already.</summary>
    public async Task SendAsync(string to, ReadOnlyMemory<byte> contentAndDot)
    {
        await _wire.WriteAsync(Encoding.ASCII.GetBytes($"MAIL FROM:<load@load.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n"));
        await ExpectAsync('2');
        await ExpectAsync('2');
        await ExpectAsync('3');
        await _wire.WriteAsync(contentAndDot);
        await ExpectAsync('2');
    }

    public async Task QuitAsync()
    {
        await _wire.WriteAsync("QUIT\r\n"u8.ToArray());
        await ExpectAsync('2');
    }

    public void Dispose() => _wire.Dispose();

    private async Task ExpectAsync(char first)
    {
        while (true)
        {
            ReadOnlyMemory<byte> line = await _wire.ReadLineAsync();
            if (line.Length > 3 && line.Span[3] == '-')
            {
                continue;
            }

            if (line.Span[0] != first)
            {
                throw new LoadException($"SMTP: {Encoding.UTF8.GetString(line.Span).TrimEnd()}");
            }

            return;
        }
    }
}
