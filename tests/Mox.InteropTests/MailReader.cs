using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mox.InteropTests;

/// <summary>A response of the server: its text, and the literals in it.</summary>
internal sealed record ImapResponse(string Text, List<byte[]> Literals);

/// <summary>A small blocking IMAP client over TLS by which the tests read back what the programs did.</summary>
internal sealed class MailReader : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly BufferedStream _stream;
    private int _tag;

    public MailReader(int port, string user, string password)
    {
        _client.Connect(IPAddress.Loopback, port);
        _client.ReceiveTimeout = 60_000;
        _client.NoDelay = true;
        SslStream tls = new(_client.GetStream());
#pragma warning disable CA5359 // The server of the test made its certificate itself.
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
        _stream = new BufferedStream(tls, 64 << 10);
        ReadLine();
        Command($"LOGIN {user} {password}");
    }

    /// <summary>Runs a command that must succeed; returns its untagged responses.</summary>
    public List<ImapResponse> Command(string command)
    {
        string tag = $"r{++_tag}";
        Write(Encoding.UTF8.GetBytes($"{tag} {command}\r\n"));
        return ReadUntil(tag, command);
    }

    public void Append(string mailbox, string flags, byte[] message)
    {
        string tag = $"r{++_tag}";
        Write([.. Encoding.ASCII.GetBytes($"{tag} APPEND {mailbox} {flags} {{{message.Length}+}}\r\n"), .. message, .. "\r\n"u8]);
        ReadUntil(tag, "APPEND");
    }

    /// <summary>The UIDs that a search finds.</summary>
    public uint[] Search(string criteria) =>
        [.. Command($"UID SEARCH {criteria}").Where(response => response.Text.StartsWith("* SEARCH", StringComparison.Ordinal))
            .SelectMany(response => response.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2))
            .Select(uid => uint.Parse(uid, CultureInfo.InvariantCulture))];

    /// <summary>Whole messages by UID.</summary>
    public Dictionary<uint, byte[]> Fetch(string uids)
    {
        Dictionary<uint, byte[]> messages = [];
        foreach (ImapResponse response in Command($"UID FETCH {uids} (UID BODY.PEEK[])").Where(response => response.Literals.Count == 1))
        {
            messages.Add(Uid(response.Text), response.Literals[0]);
        }

        return messages;
    }

    /// <summary>The one message with this subject, waited for, as text.</summary>
    public async Task<string> WaitForSubjectAsync(string subject) => Text(Assert.Single(await WaitForAnyAsync(subject)));

    /// <summary>A whole message as text.</summary>
    public string Text(uint uid) => Encoding.UTF8.GetString(Fetch($"{uid}")[uid]);

    /// <summary>The UIDs of the messages with this subject; waits for the first.</summary>
    public Task<uint[]> WaitForAnyAsync(string subject) => WaitForAnyOfAsync($"HEADER Subject \"{subject}\"");

    /// <summary>The one message that a search finds, waited for, as text.</summary>
    public async Task<string> WaitForAsync(string criteria) => Text(Assert.Single(await WaitForAnyOfAsync(criteria)));

    private async Task<uint[]> WaitForAnyOfAsync(string criteria)
    {
        for (int i = 0; i < 600; i++)
        {
            if (Search(criteria) is { Length: > 0 } found)
            {
                return found;
            }

            await Task.Delay(50);
            Command("NOOP");
        }

        throw new TimeoutException($"no message with {criteria}");
    }

    /// <summary>The flags of a message, without parentheses.</summary>
    public string[] Flags(uint uid)
    {
        string text = Command($"UID FETCH {uid} (FLAGS)").Single(response => response.Text.Contains("FLAGS (", StringComparison.Ordinal)).Text;
        int from = text.IndexOf("FLAGS (", StringComparison.Ordinal) + 7;
        return text[from..text.IndexOf(')', from)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => _client.Dispose();

    private static uint Uid(string text)
    {
        int from = text.IndexOf("UID ", StringComparison.Ordinal) + 4;
        int to = from;
        while (to < text.Length && char.IsAsciiDigit(text[to]))
        {
            to++;
        }

        return uint.Parse(text.AsSpan(from, to - from), CultureInfo.InvariantCulture);
    }

    private List<ImapResponse> ReadUntil(string tag, string command)
    {
        List<ImapResponse> responses = [];
        while (true)
        {
            StringBuilder text = new();
            List<byte[]> literals = [];
            while (true)
            {
                string line = ReadLine();
                text.Append(line);
                if (!line.EndsWith('}') || !int.TryParse(line.AsSpan(line.LastIndexOf('{') + 1).TrimEnd('}'), out int length))
                {
                    break;
                }

                byte[] literal = new byte[length];
                _stream.ReadExactly(literal);
                literals.Add(literal);
            }

            if (text.ToString() is var whole && whole.StartsWith($"{tag} ", StringComparison.Ordinal))
            {
                return whole.StartsWith($"{tag} OK", StringComparison.Ordinal)
                    ? responses
                    : throw new InvalidOperationException($"{command}: {whole}");
            }

            responses.Add(new ImapResponse(whole, literals));
        }
    }

    private void Write(byte[] bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }

    public string ReadLine()
    {
        List<byte> line = [];
        for (int next = _stream.ReadByte(); next != '\n'; next = _stream.ReadByte())
        {
            if (next < 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }

            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }
}
