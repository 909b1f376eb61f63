using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Mox.InteropTests.Sending;

/// <summary>
/// Compares what arrived with the ledger. A second copy is forgiven where a later life of the server sent it, the earlier
/// had not said "sent" (it says so when the result is on stable storage), and only for as many as it relays at once.
/// </summary>
internal sealed partial class RelayVerifier(Ledger ledger, SmtpSink sink)
{
    private const int AtOnce = 20;
    private readonly ConcurrentDictionary<(string Id, string Recipient), int> _sent = new();
    private readonly List<long> _kills = [];
    private int _copies;
    private int _relayed;
    private int _local;

    public override string ToString() => $"{_relayed} relayed, {_local} delivered here, {_copies} of both twice";

    /// <summary>The server is dead now.</summary>
    public void Killed() => _kills.Add(Stopwatch.GetTimestamp());

    public void SeeLine(string line)
    {
        if (Sent().Match(line) is { Success: true } match)
        {
            _sent.TryAdd((match.Groups["id"].Value, match.Groups["to"].Value), _kills.Count);
        }
    }

    public void Verify(MailReader reader)
    {
        Assert.Empty(sink.Problems);
        Dictionary<(string Id, string Recipient), Arrival[]> arrivals = sink.Arrivals
            .GroupBy(arrival => (arrival.Id, arrival.Recipient)).ToDictionary(group => group.Key, group => group.ToArray());
        (_relayed, _copies) = (arrivals.Count, 0);
        VerifyCopies(arrivals);
        Dictionary<string, int> here = ReadLocal(reader);
        _local = here.Count;
        // Where local copies stand in time is not known, so they are only counted.
        int localCopies = here.Values.Sum() - here.Count;
        Assert.True(localCopies <= AtOnce * _kills.Count, $"{localCopies} second copies in the Inbox");
        _copies += localCopies;
        foreach (Attempt attempt in ledger.Attempts)
        {
            foreach (string recipient in attempt.Recipients)
            {
                bool isThere = recipient == SendingServer.User ? here.ContainsKey(attempt.Id) : arrivals.ContainsKey((attempt.Id, recipient));
                Assert.True(isThere || !attempt.IsAcknowledged, $"acknowledged and lost: {attempt.Id} for {recipient}");
            }
        }

        Assert.All(arrivals.Keys, key => Assert.Contains(key.Recipient, ledger.Find(key.Id)!.Recipients));
    }

    private void VerifyCopies(Dictionary<(string Id, string Recipient), Arrival[]> arrivals)
    {
        int[] forgiven = new int[_kills.Count];
        foreach (((string id, string recipient), Arrival[] copies) in arrivals)
        {
            for (int i = 1; i < copies.Length; i++)
            {
                int kill = _kills.FindIndex(at => copies[i - 1].ConnectedAt < at && at < copies[i].ConnectedAt);
                Assert.True(kill >= 0, $"{id} for {recipient} arrived twice, with no kill between");
                Assert.False(
                    _sent.TryGetValue((id, recipient), out int kills) && kills <= kill, $"{id} for {recipient} arrived again after it was on record as sent");
                forgiven[kill]++;
                _copies++;
            }
        }

        Assert.All(forgiven, (count, kill) => Assert.True(count <= 2 * AtOnce, $"{count} second copies after kill {kill + 1}"));
    }

    private Dictionary<string, int> ReadLocal(MailReader reader)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (uint[] some in reader.Search("ALL").Chunk(100))
        {
            foreach (byte[] message in reader.Fetch(string.Join(',', some)).Values)
            {
                string text = Encoding.ASCII.GetString(message);
                Match id = AttemptField().Match(text);
                Assert.True(id.Success && ledger.Find(id.Groups[1].Value) is { } attempt && attempt.IsIn(message), $"not what was sent: {text[..Math.Min(400, text.Length)]}");
                counts[id.Groups[1].Value] = counts.GetValueOrDefault(id.Groups[1].Value) + 1;
            }
        }

        return counts;
    }

    [GeneratedRegex(@"\bsent id=\d+ .*\bto=(?<to>\S+) msgid=<(?<id>[0-9a-f]{32})@")]
    private static partial Regex Sent();

    [GeneratedRegex("X-Attempt: ([0-9a-f]{32})\r\n")]
    private static partial Regex AttemptField();
}
