namespace Mox.Load.Measures;

/// <summary>SMTP to IMAP: messages a second, accepted and visible; the time of one; the server's CPU for one.</summary>
internal static class DeliveryMeasure
{
    private static readonly (int Connections, int SizeBytes, int Share)[] Loads =
    [
        (1, 5_000, 4), (10, 5_000, 1), (50, 5_000, 1), (1, 100_000, 8), (10, 100_000, 4), (50, 100_000, 4),
    ];

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        // INBOX grows from load to load: a file system that just lost thousands of files is slow at making new ones.
        int messages = options.Number("messages", 2000);
        // Warm-up, for the just-in-time compiler and the peer's caches: a mail server runs for months.
        await DeliverAsync(target, 10, 5_000, 3 * messages);
        await DeliverAsync(target, 1, 5_000, messages / 4);
        foreach ((int connections, int size, int share) in Loads)
        {
            SmtpLoad load = await DeliverAsync(target, connections, size, messages / share);
            string name = $"delivery.{size / 1000}k.{connections}";
            results.Add($"{name}.per_s", load.Arrived);
            load.AddCosts(results, name);
        }

        await EmptyAsync(target);
    }

    /// <summary>Sends messages over a number of connections and waits until IMAP shows them all.</summary>
    public static async Task<SmtpLoad> DeliverAsync(Target target, int connections, int size, int messages)
    {
        using ImapConnection imap = await target.LoginAsync();
        SmtpConnection[] senders = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SmtpConnection.ConnectAsync(target.Smtp)));
        return await SmtpLoad.RunAsync(
            target.Processes, senders, (Messages.Sender, target.User), size, messages, () => imap.CountAsync("INBOX"));
    }

    /// <summary>Removes what earlier measures left in INBOX, so that each starts from the same.</summary>
    public static async Task EmptyAsync(Target target)
    {
        using ImapConnection imap = await target.LoginAsync();
        if (await imap.CountAsync("INBOX") > 0)
        {
            await imap.OkAsync("SELECT INBOX");
            await imap.OkAsync(@"STORE 1:* +FLAGS.SILENT (\Deleted)");
            await imap.OkAsync("EXPUNGE");
        }
    }
}
