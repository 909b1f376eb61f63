using System.Globalization;
using BenchmarkDotNet.Running;
using Mox.Benchmarks;

// "--quick" measures each in a second or two, "--quick auth" only DKIM, "store [directory]" the store on that disk, "queue DIRECTORY [count]" a long queue; anything else goes to BenchmarkDotNet, as in "--filter *Mime*".
if (args is ["store", ..])
{
    await StoreBench.RunAsync(args.Length > 1 ? args[1] : Path.GetTempPath());
    return 0;
}

if (args is ["queue", string directory, ..])
{
    await QueueBench.RunAsync(directory, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 100_000);
    return 0;
}

if (args is ["--quick", "auth"])
{
    QuickRun.EmailAuth();
    return 0;
}

if (args.Contains("--quick"))
{
    QuickRun.All();
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(QuickRun).Assembly).Run(args);
return 0;
