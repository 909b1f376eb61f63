using System.Text;
using Mox.Testing;

namespace Mox.Imap.Tests;

/// <summary>
/// Every file and database step of what changes messages fails once: the client gets its one answer, OK or NO, its session goes on and sees what a
/// new one sees, and no message is lost. Where the store cannot know whether the commit took place, the mailbox must be selected anew. What
/// the store makes of a fault, and of a crash there, is tested in Mox.Store.
/// </summary>
public class FaultTests
{
    private const int MostSteps = 200;

    [Theory]
    [InlineData("COPY 1:2 Archive")]
    [InlineData("UID MOVE 1:2 Archive")]
    [InlineData("APPEND INBOX (\\Flagged) {22+}\r\nSubject: Message 8\r\n\r\n")]
    [InlineData("APPEND INBOX {22+}\r\nSubject: Message 8\r\n\r\n () {22+}\r\nSubject: Message 9\r\n\r\n")]
    [InlineData("REPLACE 2 Archive {22+}\r\nSubject: Message 8\r\n\r\n")]
    [InlineData("UID REPLACE 2 INBOX {22+}\r\nSubject: Message 8\r\n\r\n")]
    [InlineData("EXPUNGE")]
    [InlineData("UID EXPUNGE 3")]
    [InlineData("CLOSE")]
    [InlineData("STORE 1:2 +FLAGS (\\Seen fresh)")]
    public async Task EachStep_Failing_IsAnswered_AndTheSessionGoesOn(string command)
    {
        int step = 0;
        bool struck;
        do
        {
            struck = await RunAsync(command, ++step);
            Assert.True(step < MostSteps);
        }
        while (struck);
        Assert.True(step > 3);
    }

    // False when the command has no such step.
    private static async Task<bool> RunAsync(string command, int step)
    {
        var faults = new Faults();
        await using var test = await TestImap.StartAsync(faults: faults);
        test.ExpectedErrors = null;
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a STORE 3 +FLAGS.SILENT (\Deleted)
            S: a OK stored
            """);
        faults.Arm(step, () => throw new IOException("injected"));
        string[] answer = await RunAsync(connection, command);
        string reply = answer[^1];
        faults.Disarm();
        Assert.True(reply.StartsWith("x OK ", StringComparison.Ordinal) || reply.StartsWith("x NO ", StringComparison.Ordinal), $"{step}: {reply}");

        // The first write after a failure opens the database again.
        answer = [.. answer, .. await RunAsync(connection, "SUBSCRIBE INBOX"), .. await RunAsync(connection, "NOOP")];
        bool closed = answer.Contains("* OK [CLOSED] the mailbox was deleted, or must be selected anew");
        Assert.True(!closed || faults.Step == "committed", $"{step}: {faults.Step}");
        if (closed || (command == "CLOSE" && reply.StartsWith("x OK", StringComparison.Ordinal)))
        {
            await RunAsync(connection, "SELECT INBOX");
        }
        string[] own = await ViewAsync(connection);
        string[] fresh = await ViewAsync(await test.SelectAsync());
        Assert.Equal(fresh, own);
        string[] all = [.. Subjects(fresh), .. Subjects(await ViewAsync(await test.SelectAsync("Archive")))];
        Assert.Contains("1", all);
        Assert.True(all.Contains("2") || (command.Contains("REPLACE", StringComparison.Ordinal) && all.Contains("8")), $"step {step} ({faults.Step}): {reply}");
        Assert.True(all.Contains("3") || command.Contains("EXPUNGE", StringComparison.Ordinal) || command == "CLOSE");
        bool appended = command.StartsWith("APPEND", StringComparison.Ordinal) && reply.StartsWith("x OK", StringComparison.Ordinal);
        Assert.True(!appended || all.Contains("8"));
        return faults.Step.Length > 0;
    }

    private static async Task<string[]> ViewAsync(FakeConnection connection) =>
        [.. (await RunAsync(connection, "FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))[..^1].Select(line => line.Trim())];

    private static IEnumerable<string> Subjects(string[] view) =>
        view.Where(line => line.StartsWith("Subject: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]);

    private static async Task<string[]> RunAsync(FakeConnection connection, string command)
    {
        await connection.Client.SendAsync(Encoding.ASCII.GetBytes($"x {command}\r\n"));
        var lines = new List<string>();
        do
        {
            lines.Add((await connection.Client.ReadLineAsync())!);
        }
        while (!lines[^1].StartsWith("x ", StringComparison.Ordinal));
        return [.. lines];
    }
}
