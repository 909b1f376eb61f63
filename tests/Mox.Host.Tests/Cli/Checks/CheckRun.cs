using System.Text;
using System.Text.Json;
using Mox.Host.Cli;
using Mox.Testing;

namespace Mox.Host.Tests.Cli.Checks;

/// <summary>Runs commands that check, with DNS, clock and standard input in memory.</summary>
internal sealed class CheckRun
{
    public FakeDns Dns { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    /// <summary>Runs a command.</summary>
    public Task<CheckOutput> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs a command with this on standard input, a byte for a character.</summary>
    public async Task<CheckOutput> RunWithInputAsync(string input, params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        using MemoryStream bytes = new();
        MoxInvocation invocation = new(output, error)
        {
            Dns = Dns,
            Time = Time,
            OpenInput = () => new MemoryStream(Encoding.Latin1.GetBytes(input)),
            OpenOutput = () => bytes,
        };
        int code = await MoxCommandLine.RunAsync(arguments, invocation, CancellationToken.None);
        return new CheckOutput(code, output.ToString() + Encoding.Latin1.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>What a command prints with <c>--json</c>.</summary>
    public Task<JsonElement> JsonAsync(params string[] arguments) => JsonWithInputAsync("", arguments);

    /// <summary>Likewise, with this on standard input.</summary>
    public async Task<JsonElement> JsonWithInputAsync(string input, params string[] arguments) =>
        JsonDocument.Parse((await RunWithInputAsync(input, [.. arguments, "--json"])).Output).RootElement;
}

/// <summary>What a command did.</summary>
internal sealed record CheckOutput(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The first line says this, and the exit code says whether it is a pass.</summary>
    public CheckOutput Result(string result, int code)
    {
        Assert.Equal(("", $"result: {result}", code), (Error, Lines.FirstOrDefault(), Code));
        return this;
    }

    /// <summary>There is such a line.</summary>
    public CheckOutput Says(string line)
    {
        Assert.Contains(line, Lines);
        return this;
    }

    /// <summary>Nothing but one line that begins so, and exit code 1.</summary>
    public void IsRefused(string beginning)
    {
        Assert.Equal((1, ""), (Code, Output));
        Assert.StartsWith($"mox: {beginning}", Error, StringComparison.Ordinal);
        Assert.Equal(1, Error.Count(c => c == '\n'));
    }
}
