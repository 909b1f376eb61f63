using Mox.Host.Cli;

namespace Mox.InteropTests.Authentication;

/// <summary>Runs commands of mox in this process: hundreds of them take less time than a few processes.</summary>
internal static class MoxCli
{
    /// <summary>Runs a command with this on its standard input. The output is text, or bytes where a message is printed.</summary>
    public static async Task<(int Code, string Text, byte[] Bytes)> RunAsync(byte[] input, params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using MemoryStream bytes = new();
        MoxInvocation invocation = new(output, output) { OpenInput = () => new MemoryStream(input), OpenOutput = () => bytes };
        int code = await MoxCommandLine.RunAsync(arguments, invocation, CancellationToken.None);
        return (code, $"{output}", bytes.ToArray());
    }

    /// <summary>The word of the first line, and all that was printed; the exit code must fit to it.</summary>
    public static async Task<(string Result, string Text)> CheckAsync(byte[] input, params string[] arguments)
    {
        (int code, string text, _) = await RunAsync(input, arguments);
        string result = text.Split('\n')[0].Replace("result: ", "", StringComparison.Ordinal);
        return (code == (result == "pass" ? 0 : 1) ? result : $"exit code {code}", text);
    }
}
