namespace Mox.InteropTests;

/// <summary>A test that looks for rare faults for as long as MOX_STRESS_SECONDS says, and is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StressFactAttribute : FactAttribute
{
    public StressFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MOX_STRESS_SECONDS")))
        {
            Skip = "MOX_STRESS_SECONDS is not set";
        }
    }
}
