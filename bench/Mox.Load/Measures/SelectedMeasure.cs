namespace Mox.Load.Measures;

/// <summary>The server's whole memory while many clients over TLS have the same large mailbox selected and wait in IDLE.</summary>
internal static class SelectedMeasure
{
    private const string Mailbox = "Selected";
    private const int SizeBytes = 1_000;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        await Filling.FillAsync(target, Mailbox, options.Number("mailbox", 10_000), SizeBytes);
        await ConnectionsMeasure.OpenAsync(target, Mailbox, 20, tls: true); // code and pools that any connection needs
        double before = target.Processes.PssMiB();
        double with = await ConnectionsMeasure.OpenAsync(target, Mailbox, options.Number("connections", 1000), tls: true);
        results.Add("selected.tls.mib", with);
        results.Add("selected.tls.added.mib", with - before);
    }
}
