using Mox.Host.Cli;

namespace Mox.FunctionalTests;

/// <summary>What a command of mox did, run in this process.</summary>
public sealed record CommandResult(int Code, string Output, string Error)
{
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await MoxCommandLine.RunAsync(arguments, output, error);
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
