using System.CommandLine;

namespace Mox.Host.Cli;

/// <summary><c>mox help [COMMAND]</c>: the same as <c>mox COMMAND --help</c>.</summary>
internal static class HelpCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("COMMAND") { Description = "A command; without it, all are listed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("help", """
            Explain mox, or one of its commands.

            Example:
              mox help localserve
            """) { name };
        command.SetAction((parsed, ct) =>
        {
            string[] asked = parsed.GetValue(name) is { } which ? [which, "--help"] : ["--help"];
            return MoxCommandLine.RunAsync(asked, (MoxInvocation)parsed.InvocationConfiguration, ct);
        });
        return command;
    }
}
