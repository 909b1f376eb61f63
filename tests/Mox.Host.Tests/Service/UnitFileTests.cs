using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mox.Host.Tests.Service;

/// <summary>deploy/mox.service.</summary>
public partial class UnitFileTests
{
    [Fact]
    public void Unit_ExposureThatSystemdFinds_IsLow()
    {
        const string Program = "/usr/bin/systemd-analyze";
        if (!File.Exists(Program))
        {
            return;
        }

        var start = new ProcessStartInfo(Program, ["security", "--offline=true", "--no-pager", UnitFile()]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Match overall = Overall().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.True(overall.Success);
        Assert.InRange(double.Parse(overall.Groups[1].ValueSpan, CultureInfo.InvariantCulture), 0.1, 2.5);
    }

    [Fact]
    public void Unit_OfAJustInTimeCompiler_LetsItWork()
    {
        string[] options = [.. File.ReadLines(UnitFile()).Where(line => !line.StartsWith('#'))];
        Assert.DoesNotContain(options, line => line.StartsWith("MemoryDenyWriteExecute", StringComparison.Ordinal));
        Assert.DoesNotContain(options, line => line.StartsWith("ProcSubset", StringComparison.Ordinal));
        Assert.Contains("Type=notify", options);
        Assert.Contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE", options);
        // Behind what takes @resources away.
        Assert.True(Array.IndexOf(options, "SystemCallFilter=sched_setaffinity") > Array.FindIndex(options, line => line.Contains("@resources", StringComparison.Ordinal)));
    }

    private static string UnitFile()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "deploy", "mox.service");
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new InvalidOperationException("deploy/mox.service stands in no folder above the test assembly.");
    }

    [GeneratedRegex(@"Overall exposure level for mox\.service: ([0-9.]+)")]
    private static partial Regex Overall();
}
