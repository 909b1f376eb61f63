using Mox.Load.Measures;

namespace Mox.Load;

/// <summary>Runs the measures asked for, in the order of this table.</summary>
internal static class Suite
{
    private static readonly (string Name, Func<Target, Results, Options, Task> Run)[] Measures =
    [
        ("reopen", MailboxMeasure.ReopenAsync),
        ("memory", MemoryMeasure.RunAsync),
        ("delivery", DeliveryMeasure.RunAsync),
        ("append", AppendMeasure.RunAsync),
        ("logins", LoginMeasure.RunAsync),
        ("idle", IdleMeasure.RunAsync),
        ("mailbox", MailboxMeasure.RunAsync),
        ("flushes", FlushMeasure.RunAsync),
        ("connections", ConnectionsMeasure.RunAsync),
    ];

    public static async Task<int> RunAsync(Options options)
    {
        string[] only = options["only"].Split(',');
        if (only.FirstOrDefault(name => Measures.All(measure => measure.Name != name)) is { } unknown)
        {
            throw new ArgumentException($"no measure {unknown}");
        }

        Target target = Target.From(options);
        Results results = new(options["out"]);
        foreach ((string name, Func<Target, Results, Options, Task> run) in Measures.Where(measure => only.Contains(measure.Name)))
        {
            Console.WriteLine(name);
            await run(target, results, options);
        }

        return 0;
    }
}
