using Mox.Load.Measures;

namespace Mox.Load;

/// <summary>Runs the measures asked for, in the order given.</summary>
internal static class Suite
{
    private static readonly Dictionary<string, Func<Target, Results, Options, Task>> Measures = new(StringComparer.Ordinal)
    {
        ["reopen"] = MailboxMeasure.ReopenAsync,
        ["memory"] = MemoryMeasure.RunAsync,
        ["delivery"] = DeliveryMeasure.RunAsync,
        ["submission"] = SubmissionMeasure.RunAsync,
        ["append"] = AppendMeasure.RunAsync,
        ["logins"] = LoginMeasure.RunAsync,
        ["idle"] = IdleMeasure.RunAsync,
        ["mailbox"] = MailboxMeasure.RunAsync,
        ["sort"] = SortMeasure.RunAsync,
        ["flushes"] = FlushMeasure.RunAsync,
        ["large"] = LargeMeasure.RunAsync,
        ["indexing"] = IndexingMeasure.RunAsync,
        ["writer"] = WriterMeasure.RunAsync,
        ["selected"] = SelectedMeasure.RunAsync,
        ["connections"] = ConnectionsMeasure.RunAsync,
    };

    public static async Task<int> RunAsync(Options options)
    {
        string[] only = options["only"].Split(',');
        if (only.FirstOrDefault(name => !Measures.ContainsKey(name)) is { } unknown)
        {
            throw new ArgumentException($"no measure {unknown}");
        }

        Target target = Target.From(options);
        Results results = new(options["out"]);
        foreach (string name in only)
        {
            // What one measure leaves to be done in the background, removing files or indexing, is none of the next one's costs.
            await target.Processes.QuietAsync();
            Console.WriteLine(name);
            await Measures[name](target, results, options);
        }

        return 0;
    }
}
