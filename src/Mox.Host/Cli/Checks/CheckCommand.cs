using System.CommandLine;

namespace Mox.Host.Cli.Checks;

/// <summary>
/// A command that finds something out about others by DNS, or about a message: it needs no configuration, and ends with exit code 0
/// only on a pass.
/// </summary>
internal static class CheckCommand
{
    private static readonly Option<string?> Resolver = new("--resolver")
    {
        Description = "The DNS server to ask, with 53 for a port when it says none. Default: those of this machine.",
        HelpName = "HOST:PORT",
    };

    /// <summary>A command that asks DNS.</summary>
    public static Command Create(string name, string description, Func<CheckContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        Command command = CreateOffline(name, description, run, symbols);
        command.Add(Resolver);
        return command;
    }

    /// <summary>A command that has nobody to ask.</summary>
    public static Command CreateOffline(string name, string description, Func<CheckContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        Command command = OperatorCommand.With(name, description, symbols);
        command.Add(OperatorCommand.Json);
        command.SetAction(async (parsed, ct) =>
        {
            string? resolver = parsed.CommandResult.Command.Options.Contains(Resolver) ? parsed.GetValue(Resolver) : null;
            await using CheckContext context = await CheckContext.CreateAsync(parsed, resolver, parsed.GetValue(OperatorCommand.Json), ct);
            return await run(context, ct);
        });
        return command;
    }
}
