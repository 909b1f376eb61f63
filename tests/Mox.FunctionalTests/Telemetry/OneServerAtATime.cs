namespace Mox.FunctionalTests.Telemetry;

/// <summary>
/// Tests of what a server measures run when no other server of the tests does: the SDK listens to all meters of the process, and takes those of
/// the same name for one. When another server ends, its meters do, and with them the series of all.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneServerAtATime
{
    public const string Name = "one server at a time";
}
