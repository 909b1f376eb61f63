using System.Net;
using System.Text;

namespace Mox.Load;

/// <summary>A sending client with pipelining: one write for the envelope, one for the content.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly Wire _wire;

    private SmtpConnection(Wire wire) => _wire = wire;

    public static async Task<SmtpConnection> ConnectAsync(IPEndPoint server, bool tls = false)
    {
        SmtpConnection smtp = new(await Wire.ConnectAsync(server, tls));
        await smtp.ExpectAsync('2');
        await smtp.OkAsync("EHLO load.example");
        return smtp;
    }

    /// <summary>Logs in by AUTH PLAIN.</summary>
    public Task LoginAsync(string user, string password) =>
        OkAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}");

    /// <summary>Runs a command that must succeed; returns the last line of the reply.</summary>
    public async Task<string> OkAsync(string command)
    {
        await _wire.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        return Encoding.ASCII.GetString((await ExpectAsync('2')).Span).TrimEnd();
    }

    /// <summary>Sends one message whose content ends with the lone dot already.</summary>
    public async Task SendAsync(string from, string to, ReadOnlyMemory<byte> contentAndDot)
    {
        await _wire.WriteAsync(Encoding.ASCII.GetBytes($"MAIL FROM:<{from}>\r\nRCPT TO:<{to}>\r\nDATA\r\n"));
        await ExpectAsync('2');
        await ExpectAsync('2');
        await ExpectAsync('3');
        await _wire.WriteAsync(contentAndDot);
        await ExpectAsync('2');
    }

    public Task QuitAsync() => OkAsync("QUIT");

    public void Dispose() => _wire.Dispose();

    private async Task<ReadOnlyMemory<byte>> ExpectAsync(char first)
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

            return line;
        }
    }
}
