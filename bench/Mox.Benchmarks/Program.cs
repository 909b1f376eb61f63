using BenchmarkDotNet.Running;
using Mox.Benchmarks;

// "--quick" measures each in a second or two; anything else goes to BenchmarkDotNet, as in "--filter *Mime*".
if (args.Contains("--quick"))
{
    QuickRun.All();
    return 0;
}
BenchmarkSwitcher.FromAssembly(typeof(QuickRun).Assembly).Run(args);
return 0;
