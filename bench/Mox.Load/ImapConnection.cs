using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mox.Load;

/// <summary>An IMAP client that counts what comes back and looks at single lines only where it is asked to.</summary>
internal sealed class ImapConnection : IDisposable
{
    private readonly Wire _wire;
    private int _tag;

    private ImapConnection(Wire wire) => _wire = wire;

    public long Received => _wire.Received;

    public static async Task<ImapConnection> ConnectAsync(IPEndPoint server, bool tls)
    {
        ImapConnection imap = new(await Wire.ConnectAsync(server, tls));
        await imap._wire.ReadLineAsync();
        return imap;
    }

    /// <summary>Runs a command that must succeed; returns the number of untagged responses.</summary>
    public Task<int> OkAsync(string command, Action<string>? line = null) => OkAsync(Encoding.ASCII.GetBytes(command), line);

    public async Task<int> OkAsync(ReadOnlyMemory<byte> command, Action<string>? line = null)
    {
        byte[] tag = Encoding.ASCII.GetBytes($"t{++_tag} ");
        byte[] whole = new byte[tag.Length + command.Length + 2];
        tag.CopyTo(whole, 0);
        command.CopyTo(whole.AsMemory(tag.Length));
        "\r\n"u8.CopyTo(whole.AsSpan(whole.Length - 2));
        await _wire.WriteAsync(whole);
        return await ReadReplyAsync(tag, command, line);
    }

    /// <summary>APPEND with a non-synchronising literal, in one write.</summary>
    public Task<int> AppendAsync(string mailbox, ReadOnlyMemory<byte> message)
    {
        byte[] head = Encoding.ASCII.GetBytes($"APPEND {mailbox} {{{message.Length}+}}\r\n");
        byte[] whole = new byte[head.Length + message.Length];
        head.CopyTo(whole, 0);
        message.CopyTo(whole.AsMemory(head.Length));
        return OkAsync(whole);
    }

    /// <summary>Several messages by one APPEND (RFC 3502), each with the time it was received.</summary>
    public Task<int> AppendAsync(string mailbox, IEnumerable<(DateTimeOffset Received, ReadOnlyMemory<byte> Content)> messages)
    {
        using MemoryStream command = new();
        command.Write(Encoding.ASCII.GetBytes($"APPEND {mailbox}"));
        foreach ((DateTimeOffset received, ReadOnlyMemory<byte> content) in messages)
        {
            string date = received.ToString("dd-MMM-yyyy HH:mm:ss", CultureInfo.InvariantCulture);
            command.Write(Encoding.ASCII.GetBytes($" \"{date} +0000\" {{{content.Length}+}}\r\n"));
            command.Write(content.Span);
        }

        return OkAsync(command.ToArray());
    }

    /// <summary>The number of messages that STATUS tells.</summary>
    public async Task<int> CountAsync(string mailbox)
    {
        int count = -1;
        await OkAsync($"STATUS {mailbox} (MESSAGES)", text =>
        {
            int at = text.IndexOf("(MESSAGES ", StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                count = int.Parse(text.AsSpan(at + 10, text.IndexOf(')', at) - at - 10), null);
            }
        });
        return count >= 0 ? count : throw new LoadException("no STATUS response");
    }

    public async Task IdleAsync()
    {
        await _wire.WriteAsync(Encoding.ASCII.GetBytes($"t{++_tag} IDLE\r\n"));
        while ((await _wire.ReadLineAsync()).Span[0] != '+')
        {
        }
    }

    /// <summary>Waits in IDLE for an EXISTS.</summary>
    public async Task<int> WaitForExistsAsync()
    {
        while (true)
        {
            string line = Encoding.ASCII.GetString((await _wire.ReadLineAsync()).Span);
            if (line.StartsWith("* ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" EXISTS", StringComparison.Ordinal))
            {
                return int.Parse(line.Split(' ')[1], null);
            }
        }
    }

    public async Task DoneAsync()
    {
        await SayDoneAsync();
        await FollowAsync();
    }

    /// <summary>Reads what IDLE tells to its end, which <see cref="SayDoneAsync"/> brings about meanwhile.</summary>
    public Task<int> FollowAsync() => ReadReplyAsync(Encoding.ASCII.GetBytes($"t{_tag} "), "DONE"u8.ToArray(), null);

    public ValueTask SayDoneAsync() => _wire.WriteAsync("DONE\r\n"u8.ToArray());

    public void Dispose() => _wire.Dispose();

    private async Task<int> ReadReplyAsync(ReadOnlyMemory<byte> tag, ReadOnlyMemory<byte> command, Action<string>? seen)
    {
        int untagged = 0;
        bool first = true;
        while (true)
        {
            ReadOnlyMemory<byte> line = await _wire.ReadLineAsync();
            if (first && line.Span.StartsWith(tag.Span))
            {
                ReadOnlySpan<byte> status = line.Span[tag.Length..];
                return status.StartsWith("OK"u8)
                    ? untagged
                    : throw new LoadException($"IMAP: {Shown(command.Span)}: {Encoding.UTF8.GetString(status).TrimEnd()}");
            }

            if (first)
            {
                untagged++;
                seen?.Invoke(Encoding.UTF8.GetString(line.Span));
            }

            first = !EndsInLiteral(line.Span, out long length);
            if (!first)
            {
                await _wire.SkipAsync(length);
            }
        }
    }

    private static string Shown(ReadOnlySpan<byte> command) => Encoding.ASCII.GetString(command[..Math.Min(60, command.Length)]).TrimEnd();

    private static bool EndsInLiteral(ReadOnlySpan<byte> line, out long length)
    {
        length = 0;
        if (!line.EndsWith("}\r\n"u8))
        {
            return false;
        }

        int open = line.LastIndexOf((byte)'{');
        return open >= 0 && Utf8Parser.TryParse(line[(open + 1)..], out length, out int used) && open + 1 + used == line.Length - 3;
    }
}
