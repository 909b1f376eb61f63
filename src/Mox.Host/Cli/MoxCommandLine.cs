using System.CommandLine;
using Mox.Addresses;
using Mox.Config;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary>The commands of <c>mox</c>. A command is added here and nowhere else.</summary>
internal static class MoxCommandLine
{
    private static Command[] Commands => [LocalserveCommand.Create(), VerifydataCommand.Create(), VersionCommand.Create(), HelpCommand.Create()];

    /// <summary>Runs one command; returns the exit code: 0, or 1 after a line on <paramref name="error"/> that says what is wrong.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken ct = default)
    {
        var root = new RootCommand("A complete mail server in one process.");
        foreach (Command command in Commands)
        {
            root.Add(command);
        }

        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError problem in parsed.Errors)
            {
                error.WriteLine($"mox: {problem.Message} (see mox help)");
            }

            return 1;
        }

        try
        {
            UnicodeSupport.Require();
            // Signals are the host's: it says goodbye to clients first.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct);
        }
        catch (Exception e) when (Describe(e) is { } problem)
        {
            error.WriteLine(problem);
            return 1;
        }
    }

    // What the operator can mend is a line; the rest is a fault of ours and crashes with its stack.
    private static string? Describe(Exception e) => e switch
    {
        UserErrorException or StoreException => $"mox: {e.Message}",
        ConfigException { Problems: var problems } => string.Join(Environment.NewLine, problems.Select(problem => $"mox: {problem}")),
        InvalidOperationException when !UnicodeSupport.IsAvailable => $"mox: {e.Message}",
        _ => null,
    };
}
