namespace Mox.InteropTests;

/// <summary>A test that drives Thunderbird, which now and then does not do its part in time: only with MOX_THUNDERBIRD, and where it is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThunderbirdFactAttribute : FactAttribute
{
    public ThunderbirdFactAttribute()
    {
        string[] programs = ["thunderbird", "certutil", "pk12util", "openssl"];
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MOX_THUNDERBIRD")))
        {
            Skip = "MOX_THUNDERBIRD is not set";
        }
        else if (Array.Find(programs, program => Programs.Find(program) is null) is { } missing)
        {
            Skip = $"{missing} is not installed";
        }
    }
}
