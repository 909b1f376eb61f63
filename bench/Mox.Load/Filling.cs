namespace Mox.Load;

/// <summary>Makes the mailboxes that are then measured.</summary>
internal static class Filling
{
    private const int MessagesAtOnce = 100;
    private static readonly DateTimeOffset FirstReceived = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    /// <summary>Makes a mailbox of messages that came in the order of their numbers, five minutes apart: a hundred by one APPEND, on one connection.</summary>
    public static async Task FillAsync(Target target, string mailbox, int messages, Func<int, byte[]> make)
    {
        using ImapConnection imap = await target.LoginAsync();
        await imap.OkAsync($"CREATE {mailbox}");
        foreach (int[] numbers in Enumerable.Range(0, messages).Chunk(MessagesAtOnce))
        {
            await imap.AppendAsync(mailbox, numbers.Select(number => (FirstReceived + (number * Step), (ReadOnlyMemory<byte>)make(number))));
        }
    }

    /// <summary>As above, of messages of a size.</summary>
    public static Task FillAsync(Target target, string mailbox, int messages, int sizeBytes) =>
        FillAsync(target, mailbox, messages, number => Messages.Make(number, sizeBytes, withDot: false));
}
