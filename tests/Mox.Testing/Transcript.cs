using System.Text;

namespace Mox.Testing;

/// <summary>
/// Plays a conversation as it is written in a test:
/// <code>
/// C: EHLO client.example     the client sends the line with CRLF
/// C*: abc\r\n\x00            the client sends exactly this: escapes are \r \n \t \\ \xNN, no CRLF is added
/// C: &lt;tls&gt;                   the client makes a TLS handshake
/// C: &lt;deflate&gt;               both directions are compressed from here on
/// C: &lt;close&gt;                 the client closes its sending side
/// S: 250-mail.example *      the server's next line; a * at the end matches the rest of the line
/// S...                       any lines, up to one that matches the S: line after it
/// S: &lt;eof&gt;                   the server closes, and sends nothing before
/// # a comment; empty lines count for nothing
/// </code>
/// A literal of the server is more lines; what follows it on its last line is part of that line.
/// </summary>
public static class Transcript
{
    /// <summary>Plays a transcript; throws where the conversation differs, with what came so far.</summary>
    public static async Task RunAsync(LineClient client, string script)
    {
        var said = new StringBuilder();
        var skipping = false;
        foreach (var raw in script.Split('\n'))
        {
            var line = raw.TrimStart(' ', '\t').TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            said.AppendLine(line);
            switch (line)
            {
                case "S...":
                    skipping = true;
                    break;
                case "C: <tls>":
                    await client.StartTlsAsync();
                    break;
                case "C: <deflate>":
                    client.StartDeflate();
                    break;
                case "C: <close>":
                    await client.CloseSendingAsync();
                    break;
                case ['C', ':', ..]:
                    await client.SendLineAsync(Text(line, 2));
                    break;
                case ['C', '*', ':', ..]:
                    await client.SendAsync(Unescape(Text(line, 3)));
                    break;
                case ['S', ':', ..]:
                    await ExpectAsync(client, Text(line, 2), skipping, said);
                    skipping = false;
                    break;
                default:
                    throw new TranscriptException($"A transcript has no line like: {line}");
            }
        }
    }

    /// <summary>True when a line is as a pattern says: the same, or with the same beginning when the pattern ends in *.</summary>
    public static bool Matches(string pattern, string line) =>
        pattern.EndsWith('*') ? line.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == line;

    private static async Task ExpectAsync(LineClient client, string pattern, bool skipping, StringBuilder said)
    {
        while (true)
        {
            var got = await client.ReadLineAsync();
            if (got is null ? pattern == "<eof>" : Matches(pattern, got))
            {
                return;
            }

            if (!skipping || got is null)
            {
                throw new TranscriptException($"expected: {pattern}\n     got: {got ?? "<eof>"}\nin:\n{said}");
            }
        }
    }

    internal static string Text(string line, int prefix) =>
        line.Length > prefix && line[prefix] == ' ' ? line[(prefix + 1)..] : line[prefix..];

    internal static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, char.IsHighSurrogate(text[i]) ? 2 : 1)));
                i += char.IsHighSurrogate(text[i]) ? 1 : 0;
                continue;
            }

            var escape = ++i < text.Length ? text[i] : '\0';
            bytes.Add(escape switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                't' => (byte)'\t',
                '\\' => (byte)'\\',
                'x' when i + 2 < text.Length => Convert.ToByte(text.Substring(i + 1, 2), 16),
                _ => throw new TranscriptException($"unknown escape in: {text}"),
            });
            i += escape == 'x' ? 2 : 0;
        }

        return [.. bytes];
    }
}
