using System.Globalization;
using System.Text;

namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class LargeMessageTests(MoxServer server)
{
    private const int Lines = 1_300_000; // 76 bytes each: 98.8 MB, below the limit of 100 MiB
    private const long MemoryBoundKiB = 64 * 1024;

    [Fact]
    public async Task HundredMegabytes_ReceivedAndFetched_KeepMemoryFlat()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // memory is read from /proc
        }

        byte[] line = Encoding.ASCII.GetBytes(new string('m', 74) + "\r\n");
        using MailSender sender = new(server.Smtp);
        using MailReader reader = server.Read("INBOX");
        sender.SendLines("a@example.net", "Subject: warm up\r\n\r\n", line, 20_000);
        reader.Fetch($"{(await reader.WaitForAnyAsync("warm up"))[0]}");

        long before = PeakKiB(reset: true);
        sender.SendLines("a@example.net", "Subject: very large\r\n\r\n", line, Lines);
        uint uid = Assert.Single(await reader.WaitForAnyAsync("very large"));
        long received = PeakKiB(reset: true);
        Assert.True(received - before < MemoryBoundKiB, $"receiving raised memory from {before} to {received} KiB");

        ImapResponse response = Assert.Single(reader.Command($"UID FETCH {uid} (BODY.PEEK[TEXT])"));
        long fetched = PeakKiB(reset: false);
        Assert.True(fetched - before < MemoryBoundKiB, $"fetching raised memory from {before} to {fetched} KiB");
        Assert.Equal((long)Lines * line.Length, Assert.Single(response.Literals).LongLength);
        Assert.True(response.Literals[0].AsSpan(^line.Length..).SequenceEqual(line));
    }

    /// <summary>The peak of the server's resident memory since the last reset.</summary>
    private long PeakKiB(bool reset)
    {
        string peak = File.ReadLines($"/proc/{server.ProcessId}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        if (reset)
        {
            File.WriteAllText($"/proc/{server.ProcessId}/clear_refs", "5");
        }

        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
