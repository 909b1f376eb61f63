namespace Mox.Load.Measures;

/// <summary>What many clients cost that are logged in over TLS, have INBOX selected and wait in IDLE.</summary>
internal static class ConnectionsMeasure
{
    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int connections = options.Number("connections", 1000);
        foreach (bool tls in (bool[])[true, false])
        {
            await OpenAsync(target, "INBOX", 20, tls); // code and pools that any connection needs
            await Task.Delay(TimeSpan.FromSeconds(2));
            double before = target.Processes.PssMiB();
            double with = await OpenAsync(target, "INBOX", connections, tls);
            string name = $"connections.{(tls ? "tls" : "plain")}";
            results.Add($"{name}.mib", with - before);
            results.Add($"{name}.each_kib", (with - before) * 1024 / connections);
        }
    }

    /// <summary>The server's memory while so many clients have a mailbox selected and wait in IDLE.</summary>
    public static async Task<double> OpenAsync(Target target, string mailbox, int count, bool tls)
    {
        List<ImapConnection> open = [];
        try
        {
            for (int i = 0; i < count; i += 10)
            {
                open.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(10, count - i)).Select(async _ =>
                {
                    ImapConnection imap = await target.LoginAsync(tls);
                    await imap.OkAsync($"SELECT {mailbox}");
                    await imap.IdleAsync();
                    return imap;
                })));
            }

            await Task.Delay(TimeSpan.FromSeconds(3));
            return target.Processes.PssMiB();
        }
        finally
        {
            open.ForEach(imap => imap.Dispose());
        }
    }
}
