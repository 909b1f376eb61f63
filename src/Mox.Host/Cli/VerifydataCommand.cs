using System.CommandLine;
using Mox.Host.Operations;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary><c>mox verifydata DIR</c>: proves that databases and message files fit together.</summary>
internal static class VerifydataCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "A data directory, or the directory of a localserve." };
        var command = new Command("verifydata", """
            Prove that a data directory is consistent: every message has its file and its counts add up. Changes nothing. Stop the server first, or
            verify a backup. Prints each problem on a line, and ends with exit code 1 when there is one.

            Example:
              mox verifydata ~/.local/share/mox-localserve/data
            """) { directory };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(directory), parsed.InvocationConfiguration.Output, ct));
        return command;
    }

    private static async Task<int> RunAsync(string directory, TextWriter output, CancellationToken ct)
    {
        string data = DataDirectory(directory);
        try
        {
            IReadOnlyList<ConsistencyProblem> problems =
                [.. await ConsistencyChecker.CheckDataDirectoryAsync(data, ct), .. await QueueChecker.CheckAsync(data, ct)];
            if (BackupDirectory.IsUnfinished(data))
            {
                problems = [.. problems, new ConsistencyProblem(null, $"this backup was not finished ({BackupDirectory.UnfinishedFileName})")];
            }

            foreach (ConsistencyProblem problem in problems)
            {
                output.WriteLine(problem);
            }

            int accounts = Directory.GetDirectories(Path.Combine(data, "accounts")).Length;
            output.WriteLine($"{data}: {accounts} accounts, {problems.Count} problems");
            return problems.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read {data}: {e.Message.TrimEnd('.')}: run as the user whose files these are", e);
        }
    }

    private static string DataDirectory(string directory)
    {
        string full = Path.GetFullPath(directory);
        string inside = Path.Combine(full, "data");
        return (Directory.Exists(Path.Combine(full, "accounts")), Directory.Exists(Path.Combine(inside, "accounts"))) switch
        {
            (true, _) => full,
            (_, true) => inside,
            _ => throw new UserErrorException($"{full} has no accounts: name the data directory of a server"),
        };
    }
}
