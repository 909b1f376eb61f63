using System.Diagnostics;
using System.Text;

namespace Mox.InteropTests;

/// <summary>What a program did.</summary>
internal sealed record ProgramResult(string Command, int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"{Command}\nexit code {ExitCode}\n{Output}\n{Errors}";

    public ProgramResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"wanted exit code {exitCode}: {this}");
        return this;
    }
}

/// <summary>Finds and runs the programs that the tests drive.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static Task<ProgramResult> RunAsync(string program, params string[] arguments) =>
        RunAsync(program, arguments, input: "");

    public static async Task<ProgramResult> RunAsync(
        string program, string[] arguments, string input, string? folder = null, params (string Name, string Value)[] environment)
    {
        string path = Find(program) ?? throw new InvalidOperationException($"{program} is not installed, and MOX_INTEROP demands it.");
        ProcessStartInfo start = new(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end:\n{await output}\n{await errors}");
        }

        return new ProgramResult($"{program} {string.Join(' ', arguments)}", process.ExitCode, await output, await errors);
    }
}
