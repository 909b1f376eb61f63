using System.CommandLine;
using Mox.Addresses;
using Mox.Config;
using Mox.Host.Cli.Checks;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary>The commands of <c>mox</c>. A command is added here and nowhere else.</summary>
internal static class MoxCommandLine
{
    internal static Command[] Commands =>
    [
        LocalserveCommand.Create(),
        ServeCommand.Create(),
        ConfigCommand.Create(),
        AccountCommand.Create(),
        AddressCommand.Create(),
        AliasCommand.Create(),
        DomainCommand.Create(),
        QueueCommand.Create(),
        StopCommand.Create(),
        ReloadCommand.Create(),
        LoglevelsCommand.Create(),
        BackupCommand.Create(),
        ReindexCommand.Create(),
        TlspubkeyCommand.Create(),
        VerifydataCommand.Create(),
        DnsRecordsCommand.Create(),
        DnsCheckCommand.Create(),
        DnsCommand.Create(),
        SpfCommand.Create(),
        DkimCommand.Create(),
        DmarcCommand.Create(),
        ArcCommand.Create(),
        DnsblCommand.Create(),
        IpRevCommand.Create(),
        PublicSuffixCommand.Create(),
        VersionCommand.Create(),
        HelpCommand.Create(),
    ];

    /// <summary>
    /// Runs one command; returns the exit code: 0, or after a line on <paramref name="error"/> that says what is wrong 1, or 2 when the
    /// arguments are.
    /// </summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken ct = default) =>
        RunAsync(args, new MoxInvocation(output, error), ct);

    /// <summary>As above, with surroundings other than this machine's.</summary>
    public static async Task<int> RunAsync(string[] args, MoxInvocation invocation, CancellationToken ct)
    {
        var root = new RootCommand("A complete mail server in one process.");
        foreach (Command command in Commands)
        {
            root.Add(command);
        }

        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            // The first may only say that a command is missing, and the last the word that is none.
            invocation.Error.WriteLine($"mox: {Plain(parsed.Errors[^1].Message)} (see mox help)");
            return 2;
        }

        try
        {
            UnicodeSupport.Require();
            return await parsed.InvokeAsync(invocation, ct);
        }
        catch (Exception e) when (Describe(e) is { } problem)
        {
            invocation.Error.WriteLine(problem);
            return 1;
        }
    }

    // The parser names types of .NET, which say nothing to those who type commands.
    private static string Plain(string problem)
    {
        int type = problem.IndexOf(" as expected type '", StringComparison.Ordinal);
        return type < 0 ? problem : problem[..type];
    }

    // What the operator can mend is a line; the rest is a fault of ours and crashes with its stack.
    private static string? Describe(Exception e) => e switch
    {
        UserErrorException or StoreException or ConfigException => string.Join(
            Environment.NewLine, ProblemText.Of(e).Split('\n', StringSplitOptions.TrimEntries).Select(line => $"mox: {line}")),
        InvalidOperationException when !UnicodeSupport.IsAvailable => $"mox: {e.Message}",
        _ => null,
    };
}
