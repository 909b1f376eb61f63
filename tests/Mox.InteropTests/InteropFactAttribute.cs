namespace Mox.InteropTests;

/// <summary>
/// A test that drives other programs: skipped at discovery where one is missing, unless MOX_INTEROP=require says that
/// they must be there, as CI does; then the test runs and fails, naming the program.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InteropFactAttribute : FactAttribute
{
    public InteropFactAttribute(params string[] programs)
    {
        if (Environment.GetEnvironmentVariable("MOX_INTEROP") != "require"
            && Array.Find(programs, program => Programs.Find(program) is null) is { } missing)
        {
            Skip = $"{missing} is not installed";
        }
    }
}
