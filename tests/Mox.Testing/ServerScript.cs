using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Mox.Net;
using Mox.Net.Tls;

namespace Mox.Testing;

/// <summary>
/// Plays the server of a line protocol against a client under test, as it is written in a test:
/// <code>
/// S: 220 mail.example        the server sends the line with CRLF
/// S*: 250 a\r\n25            the server sends exactly this, with the escapes of <see cref="Transcript"/>
/// S: &lt;tls&gt;                   the server takes a TLS handshake
/// S: &lt;close&gt;                 the server closes
/// C: EHLO client.example *   the client's next line; a * at the end matches the rest of the line
/// C...                       any lines, up to one that matches the C: line after it
/// C: &lt;eof&gt;                   the client closes, and sends nothing before
/// # a comment; empty lines count for nothing
/// </code>
/// At its end the script closes the connection. Lines that were written one after the other leave in one piece.
/// </summary>
public static class ServerScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Plays a script; throws where the client differs, with what came so far.</summary>
    public static async Task RunAsync(IDuplexPipe transport, string script, ServerCertificates? certificates = null, TlsAcceptOptions? tls = null)
    {
        var said = new StringBuilder();
        bool isSkipping = false;
        TlsPipe? upgraded = null;
        var lines = new LineReader(transport.Input, LineReader.MaxSkippedBytes);
        var output = transport.Output;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            foreach (string raw in script.Split('\n'))
            {
                string line = raw.TrimStart(' ', '\t').TrimEnd('\r');
                if (line.Length == 0 || line[0] == '#')
                {
                    continue;
                }
                said.AppendLine(line);
                if (line[0] == 'C')
                {
                    await output.FlushAsync(patience.Token);
                }
                switch (line)
                {
                    case "C...":
                        isSkipping = true;
                        break;
                    case "S: <tls>":
                        await output.FlushAsync(patience.Token);
                        lines.Dispose();
                        upgraded = await TlsUpgrade.AcceptAsync(
                            transport, certificates ?? TestCertificates.Server, tls ?? new() { UnknownNameFallsBack = true }, TimeProvider.System, patience.Token);
                        (lines, output) = (new LineReader(upgraded.Input, LineReader.MaxSkippedBytes), upgraded.Output);
                        break;
                    case "S: <close>":
                        return;
                    case ['S', ':', ..]:
                        output.Write(Encoding.UTF8.GetBytes(Transcript.Text(line, 2) + "\r\n"));
                        break;
                    case ['S', '*', ':', ..]:
                        output.Write(Transcript.Unescape(Transcript.Text(line, 3)));
                        break;
                    case ['C', ':', ..]:
                        await ExpectAsync(lines, Transcript.Text(line, 2), isSkipping, said, patience.Token);
                        isSkipping = false;
                        break;
                    default:
                        throw new TranscriptException($"A server script has no line like: {line}");
                }
            }
        }
        finally
        {
            lines.Dispose();
            await FlushAsync(output);
            if (upgraded is not null)
            {
                await upgraded.DisposeAsync();
            }
            await transport.Output.CompleteAsync();
            await transport.Input.CompleteAsync();
        }
    }

    // The client may be gone already, and it may be in the middle of something.
    private static async Task FlushAsync(PipeWriter output)
    {
        try
        {
            await output.FlushAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }
    }

    private static async Task ExpectAsync(LineReader lines, string pattern, bool isSkipping, StringBuilder said, CancellationToken patience)
    {
        while (true)
        {
            string? got;
            try
            {
                var line = await lines.ReadAsync(patience);
                got = line.Status == LineStatus.Line ? Encoding.UTF8.GetString(line.Span) : null;
            }
            catch (IOException)
            {
                got = null;
            }
            if (got is null ? pattern == "<eof>" : Transcript.Matches(pattern, got))
            {
                return;
            }
            if (!isSkipping || got is null)
            {
                throw new TranscriptException($"expected: {pattern}\n     got: {got ?? "<eof>"}\nin:\n{said}");
            }
        }
    }
}
