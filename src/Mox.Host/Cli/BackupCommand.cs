using System.CommandLine;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox backup DIR</c>.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> Destination = new("DIR") { Description = "Where: a new or an empty directory." };

    public static Command Create() => OperatorCommand.Create(
        "backup",
        """
        Back up all mail and the configuration into a directory, while the server runs or while it does not. Databases are copied as they are at one
        moment; message files, which never change, are hard links where the directory is on the same file system, else copies. Ends with exit
        code 1 when something is missing. Prove a backup with: mox verifydata DIR. To restore one, see docs/operations.md.

        Example:
          mox backup /var/backups/mox/2026-01-31 && mox verifydata /var/backups/mox/2026-01-31
        """,
        RunAsync,
        Destination);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        var request = new BackupRequest(Path.GetFullPath(context.Parsed.GetRequiredValue(Destination)), context.ConfigDirectory);
        using ControlClient? server = ControlClient.TryConnect(context.DataDirectory);
        if (server is not null)
        {
            return await ReportAsync(context, server.StreamAsync("backup", request, ControlJson.Default.BackupRequest, ControlJson.Default.BackupLine, ct));
        }

        await using OfflineStore store = await OfflineStore.OpenAsync(context.DataDirectory, ct);
        var run = new BackupRun(store.Accounts, null, context.DataDirectory, TimeProvider.System);
        return await ReportAsync(context, run.RunAsync(request, ct));
    }

    private static async Task<int> ReportAsync(OperatorContext context, IAsyncEnumerable<BackupLine> lines)
    {
        BackupSummary? summary = null;
        var problems = 0;
        await foreach (BackupLine line in lines)
        {
            if (line.Problem is { } problem)
            {
                problems++;
                context.Parsed.InvocationConfiguration.Error.WriteLine($"mox: {TextTable.Printable(problem)}");
            }
            else if (line.Done is { } done && !context.IsJson)
            {
                context.Output.WriteLine(TextTable.Printable(done));
            }

            summary = line.Summary ?? summary;
        }

        if (summary is null)
        {
            return problems > 0 ? 1 : throw new UserErrorException("the server went away in the middle of the backup, which is not whole");
        }

        context.Print(summary, ControlJson.Default.BackupSummary, output => output.WriteLine(
            $"{summary.Directory}: {summary.Accounts} accounts, {summary.Messages} messages, {summary.SizeBytes} bytes"
            + $"{(summary.IsCopied ? " (copied)" : "")}, {summary.ConfigFiles} configuration files, {summary.Problems} problems, {summary.Seconds} s"));
        return summary.Problems == 0 ? 0 : 1;
    }
}
