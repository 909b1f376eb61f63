using System.CommandLine;
using Mox.Config;
using Mox.Host.Control;
using Mox.Host.Logging;

namespace Mox.Host.Cli;

/// <summary><c>mox loglevels</c>: how much a running server logs.</summary>
internal static class LoglevelsCommand
{
    private const string Default = "default";

    private static readonly Argument<string> Level = new("LEVEL")
    {
        Description = $"{string.Join(", ", Enum.GetNames<LogVerbosity>())}; or {Default}, which gives a library the level of the log again.",
    };

    private static readonly Argument<string?> Package = new("LIBRARY")
    {
        Description = "Only what this library logs, as in pkg= of a line: smtp, imap, store, ...; \"framework\" is what is not mox's own.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => OperatorCommand.Noun(
        "loglevels",
        """
        Show or change how much a running server logs. A change holds until the server stops; Mox:Log:Level of the configuration is for good.

        Example:
          mox loglevels set Debug smtp
        """,
        OperatorCommand.Create(
            "list",
            """
            Show the level of the log, and those of libraries that have their own.

            Example:
              mox loglevels list
            """,
            ListAsync),
        OperatorCommand.Create(
            "set",
            """
            Change the level of the log, or of one library.

            Example:
              mox loglevels set Trace imap
            """,
            SetAsync,
            Level,
            Package));

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct)
    {
        using ControlClient server = context.Connect();
        Print(context, await server.GetAsync("loglevels", ControlJson.Default.LogLevelTable, ct));
        return 0;
    }

    private static async Task<int> SetAsync(OperatorContext context, CancellationToken ct)
    {
        string level = context.Parsed.GetRequiredValue(Level);
        LogVerbosity? wanted = level.Equals(Default, StringComparison.OrdinalIgnoreCase)
            ? null
            : Enum.GetNames<LogVerbosity>().Contains(level, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<LogVerbosity>(level, ignoreCase: true)
            : throw new UserErrorException($"there is no level \"{level}\": use {string.Join(", ", Enum.GetNames<LogVerbosity>())} or {Default}");
        using ControlClient server = context.Connect();
        var change = new LogLevelChange(context.Parsed.GetValue(Package), wanted);
        Print(context, await server.PostAsync("loglevels", change, ControlJson.Default.LogLevelChange, ControlJson.Default.LogLevelTable, ct));
        return 0;
    }

    private static void Print(OperatorContext context, LogLevelTable levels) => context.Print(levels, ControlJson.Default.LogLevelTable, output =>
        TextTable.Write(
            output,
            ["library", "level"],
            [["(all)", levels.Level.ToString()], .. levels.Packages.OrderBy(own => own.Key, StringComparer.Ordinal).Select(own => (string[])[own.Key, own.Value.ToString()])]));
}
