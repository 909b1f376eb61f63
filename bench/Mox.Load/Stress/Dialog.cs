using System.Globalization;
using System.Net;
using System.Text;

namespace Mox.Load.Stress;

/// <summary>How a command ended: <c>OK</c> or <c>NO</c>, and the rest of the line.</summary>
internal sealed record Reply(bool IsOk, string Text)
{
    /// <summary>The arguments of a response code; null if it is not there.</summary>
    public string[]? Code(string name) => ResponseCode.Find(Text, name);
}

/// <summary>A response code in a line: <c>[NAME argument argument]</c>.</summary>
internal static class ResponseCode
{
    public static string[]? Find(string line, string name)
    {
        int from = line.IndexOf($"[{name} ", StringComparison.OrdinalIgnoreCase);
        return from < 0 ? null : line[(from + name.Length + 2)..line.IndexOf(']', from)].Split(' ');
    }
}

/// <summary>An IMAP connection that hands each response on as text, literals included, and remembers the last lines of both sides.</summary>
internal sealed class Dialog : IDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Wire _wire;
    private readonly RecentLines _lines = new(KeptLines);
    private int _tag;

    private Dialog(Wire wire) => _wire = wire;

    /// <summary>The last lines, those of the client with <c>C:</c>.</summary>
    public string Lines => _lines.ToString();

    public static async Task<Dialog> OpenAsync(IPEndPoint server, bool tls, string user, string password)
    {
        Dialog dialog = new(await Wire.ConnectAsync(server, tls));
        await dialog.ReadResponseAsync();
        await dialog.OkAsync($"LOGIN {user} {password}");
        return dialog;
    }

    public async Task CompressAsync()
    {
        await OkAsync("COMPRESS DEFLATE");
        _wire.Compress();
    }

    public async Task<Reply> OkAsync(string command, Action<string>? untagged = null)
    {
        Reply reply = await RunAsync(command, untagged);
        return reply.IsOk ? reply : throw new LoadException($"{command}: {reply.Text}");
    }

    /// <summary>Runs a command that may be refused, but is not malformed.</summary>
    public async Task<Reply> RunAsync(string command, Action<string>? untagged = null)
    {
        string tag = await SendAsync(command);
        return await ReplyAsync(tag, untagged).WaitAsync(Patience);
    }

    /// <summary>APPEND or REPLACE up to its mailbox, and the messages for it, which are sent without waiting (LITERAL+).</summary>
    public async Task<Reply> SendMessagesAsync(string command, IReadOnlyList<Draft> messages, Action<string> untagged)
    {
        List<byte> bytes = [];
        string before = "";
        foreach (Draft message in messages)
        {
            string announced = $" ({message.Flags}) {{{message.Bytes.Length}+}}";
            before += announced;
            bytes.AddRange([.. Encoding.ASCII.GetBytes($"{announced}\r\n"), .. message.Bytes]);
        }

        string tag = NextTag();
        await _wire.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{tag} {command}"), .. bytes, .. "\r\n"u8]);
        Keep($"C: {tag} {command}{before}");
        return await ReplyAsync(tag, untagged).WaitAsync(Patience);
    }

    /// <summary>IDLE for a while.</summary>
    public async Task<Reply> IdleAsync(TimeSpan duration, Action<string> untagged)
    {
        string tag = await SendAsync("IDLE");
        while (await ReadResponseAsync().WaitAsync(Patience) is var line && !line.StartsWith('+'))
        {
            untagged(line);
        }

        await Task.Delay(duration);
        await _wire.WriteAsync("DONE\r\n"u8.ToArray());
        Keep("C: DONE");
        return await ReplyAsync(tag, untagged).WaitAsync(Patience);
    }

    public void Dispose() => _wire.Dispose();

    private async Task<string> SendAsync(string command)
    {
        string tag = NextTag();
        await _wire.WriteAsync(Encoding.ASCII.GetBytes($"{tag} {command}\r\n"));
        Keep($"C: {tag} {command}");
        return tag;
    }

    private string NextTag() => string.Create(CultureInfo.InvariantCulture, $"s{++_tag}");

    private async Task<Reply> ReplyAsync(string tag, Action<string>? untagged)
    {
        while (true)
        {
            string response = await ReadResponseAsync();
            if (!response.StartsWith(tag, StringComparison.Ordinal))
            {
                untagged?.Invoke(response);
                continue;
            }

            string status = response[(tag.Length + 1)..];
            return status.StartsWith("OK ", StringComparison.Ordinal) ? new Reply(true, status)
                : status.StartsWith("NO ", StringComparison.Ordinal) ? new Reply(false, status)
                : throw new LoadException($"the server answers {status}");
        }
    }

    private async Task<string> ReadResponseAsync()
    {
        StringBuilder response = new();
        while (true)
        {
            string line = Encoding.Latin1.GetString((await _wire.ReadLineAsync()).Span[..^2]);
            response.Append(line);
            int open = line.EndsWith('}') ? line.LastIndexOf('{') : -1;
            if (open < 0)
            {
                Keep(response.ToString());
                return response.ToString();
            }

            int length = int.Parse(line.AsSpan(open + 1, line.Length - open - 2), CultureInfo.InvariantCulture);
            response.Append(Encoding.Latin1.GetString(await _wire.ReadAsync(length)));
        }
    }

    private void Keep(string line) => _lines.Add("", line);
}
