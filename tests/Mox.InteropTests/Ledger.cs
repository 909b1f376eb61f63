using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Mox.InteropTests;

/// <summary>One attempt to hand a message over: its content's hash and length, how many copies, and whether it was acknowledged.</summary>
internal sealed class Attempt(string id, byte[] content, bool isAppend)
{
    public string Id { get; } = id;

    public byte[] Hash { get; } = SHA256.HashData(content);

    public int Length { get; } = content.Length;

    public bool IsAppend { get; } = isAppend;

    public bool IsAcknowledged { get; set; }

    /// <summary>Who was to get it, when it was to be relayed.</summary>
    public string[] Recipients { get; set; } = [];

    /// <summary>Whether a message ends with exactly these bytes, behind header fields that servers put before it.</summary>
    public bool IsIn(ReadOnlySpan<byte> message) => message.Length >= Length && SHA256.HashData(message[^Length..]).AsSpan().SequenceEqual(Hash);
}

/// <summary>What was sent and what was acknowledged, kept outside of the server that is killed.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);

    public int Acknowledged => _attempts.Values.Count(attempt => attempt.IsAcknowledged);

    public IEnumerable<Attempt> Attempts => _attempts.Values;

    public Attempt? Find(string id) => _attempts.GetValueOrDefault(id);

    /// <summary>A new message with an id of its own and random lines, dots at their starts included.</summary>
    public (Attempt Attempt, byte[] Content) Next(Random random, bool isAppend)
    {
        string id = Guid.NewGuid().ToString("N");
        StringBuilder text = new($"From: crash@example.org\r\nSubject: crash test\r\nX-Attempt: {id}\r\nMessage-ID: <{id}@example.org>\r\n\r\n");
        int size = random.Next(20) == 0 ? random.Next(400_000) : random.Next(20_000);
        while (text.Length < size)
        {
            text.Append(random.Next(6) == 0 ? "." : "").Append('x', random.Next(77)).Append(random.Next(10)).Append("\r\n");
        }

        byte[] content = Encoding.ASCII.GetBytes(text.ToString());
        Attempt attempt = new(id, content, isAppend);
        _attempts[id] = attempt;
        return (attempt, content);
    }
}

/// <summary>Compares what IMAP shows with the ledger; goes on from the last UID it has seen.</summary>
internal sealed class CrashVerifier(Ledger ledger)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _next = new(StringComparer.Ordinal) { ["INBOX"] = 1, ["Appended"] = 1 };

    /// <summary>How many messages are there.</summary>
    public int Seen => _seen.Count;

    public void VerifyNew(MailReader reader)
    {
        foreach (string mailbox in _next.Keys.ToArray())
        {
            reader.Command($"SELECT {mailbox}");
            uint[] uids = reader.Search($"UID {_next[mailbox]}:*");
            foreach (uint[] some in uids.Where(uid => uid >= _next[mailbox]).Chunk(100))
            {
                Dictionary<uint, byte[]> messages = reader.Fetch(string.Join(',', some));
                Assert.Equal(some.Order(), messages.Keys.Order());
                foreach (byte[] message in messages.Values)
                {
                    Verify(message, isAppend: mailbox == "Appended");
                }

                _next[mailbox] = some.Max() + 1;
            }
        }

        string[] lost = [.. ledger.Attempts.Where(attempt => attempt.IsAcknowledged && !_seen.Contains(attempt.Id)).Select(attempt => $"{(attempt.IsAppend ? "APPEND" : "SMTP")} {attempt.Id}")];
        Assert.True(lost.Length == 0, $"acknowledged and lost: {string.Join(", ", lost)}");
    }

    private void Verify(byte[] message, bool isAppend)
    {
        string text = Encoding.ASCII.GetString(message);
        int at = text.IndexOf("X-Attempt: ", StringComparison.Ordinal) + "X-Attempt: ".Length;
        string id = text.Substring(at, 32);
        Attempt attempt = ledger.Find(id) ?? throw new InvalidOperationException($"a message that nobody sent: {text[..Math.Min(200, text.Length)]}");
        Assert.Equal(isAppend, attempt.IsAppend);
        Assert.True(_seen.Add(id), $"{id} is there twice");
        int prefix = message.Length - attempt.Length;
        Assert.True(isAppend ? prefix == 0 : prefix > 0, $"{id} has a prefix of {prefix} bytes");
        Assert.True(attempt.IsIn(message), $"{id} is not byte for byte what was sent");
        string[] added = text[..prefix].Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(added, line => Assert.Matches("^(Return-Path:|Received:|Received-SPF:|Authentication-Results:|Delivered-To:|\t| )", line));
    }
}
