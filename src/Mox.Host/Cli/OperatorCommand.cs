using System.CommandLine;

namespace Mox.Host.Cli;

/// <summary>A command for a server that is set up: it knows the configuration directory, and prints for people or as JSON.</summary>
internal static class OperatorCommand
{
    /// <summary>Names the configuration directory.</summary>
    public static readonly Option<string?> Config = new("--config")
    {
        Description = $"The configuration directory of the server. Default: what {OperatorContext.Variable} says.",
        HelpName = "DIR",
    };

    /// <summary>Data as JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>A command that prints data.</summary>
    public static Command Create(string name, string description, Func<OperatorContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        Command command = CreatePlain(name, description, run, symbols);
        command.Add(Json);
        return command;
    }

    /// <summary>A command that has nothing to print but what it did.</summary>
    public static Command CreatePlain(string name, string description, Func<OperatorContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        Command command = With(name, description, symbols);
        command.Add(Config);
        command.SetAction((parsed, ct) =>
        {
            // Not all of these commands have the option.
            bool json = parsed.CommandResult.Command.Options.Contains(Json) && parsed.GetValue(Json);
            return run(new OperatorContext(parsed, parsed.GetValue(Config), json), ct);
        });
        return command;
    }

    /// <summary>A command with its arguments and options, which does nothing yet.</summary>
    public static Command With(string name, string description, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        return command;
    }

    /// <summary>A noun, with its verbs.</summary>
    public static Command Noun(string name, string description, params Command[] verbs)
    {
        var noun = new Command(name, description);
        foreach (Command verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }
}
