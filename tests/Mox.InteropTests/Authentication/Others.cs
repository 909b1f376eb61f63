namespace Mox.InteropTests.Authentication;

/// <summary>Runs scripts that use what others have written; Debian's, also where another Python comes first.</summary>
internal static class Others
{
    public const string Python = "/usr/bin/python3";
    public const string Perl = "/usr/bin/perl";

    /// <summary>Runs a script with this on its standard input; its output.</summary>
    public static async Task<string> PythonAsync(string script, string input = "") =>
        (await Programs.RunAsync(Python, ["-W", "ignore", "-c", "import sys\n" + script], input, null, ("PYTHONUTF8", "1"))).Expect(0).Output;

    /// <summary>Likewise.</summary>
    public static async Task<string> PerlAsync(string script, string input = "") =>
        (await Programs.RunAsync(Perl, ["-e", "use strict; use warnings; $| = 1;\n" + script], input)).Expect(0).Output;
}
