namespace Mox.Load.Measures;

/// <summary>Delivery on ten connections while the server has many new messages to index, beside the same when it has nothing else to do.</summary>
internal static class IndexingMeasure
{
    private const string Mailbox = "Indexed";
    private const int SizeBytes = 5_000;
    private const int Connections = 10;

    public static async Task RunAsync(Target target, Results results, Options options)
    {
        int messages = options.Number("messages", 2000);
        await DeliveryMeasure.DeliverAsync(target, Connections, SizeBytes, 3 * messages); // warm-up
        await AddAsync("before");
        await Filling.FillAsync(target, Mailbox, options.Number("mailbox", 10_000), SizeBytes);
        await AddAsync("during", quiet: false);
        results.Add("indexing.left.ms", 1000 * await target.Processes.QuietAsync()); // above zero: it was still indexing at the end
        await AddAsync("after");
        await DeliveryMeasure.EmptyAsync(target);

        async Task AddAsync(string name, bool quiet = true)
        {
            if (quiet)
            {
                await target.Processes.QuietAsync();
            }

            SmtpLoad load = await DeliveryMeasure.DeliverAsync(target, Connections, SizeBytes, messages);
            results.Add($"indexing.{name}.per_s", load.Accepted);
            results.Add($"indexing.{name}.p99_ms", Results.Percentile(load.Times, 0.99));
        }
    }
}
