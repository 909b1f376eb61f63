using System.Text.Json;
using Mox.Host.Operations;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Control;

/// <summary>A backup of the running server. Its report comes as it goes: a line of JSON each.</summary>
internal static partial class BackupControl
{
    /// <summary>Adds the routes.</summary>
    public static void MapBackupControl(this RouteGroupBuilder group) => group.MapPost("/backup", RunAsync);

    private static async Task RunAsync(
        BackupRequest request, AccountStore store, MailQueue queue, ControlSocket socket, TimeProvider time, ILogger<BackupRun> logger, HttpContext context)
    {
        CancellationToken ct = context.RequestAborted;
        var run = new BackupRun(store, queue, Path.GetDirectoryName(socket.FilePath)!, time);
        await using IAsyncEnumerator<BackupLine> lines = run.RunAsync(request, ct).GetAsyncEnumerator(ct);
        // The first step can fail with a status; later ones can only with a line.
        bool hasLine = await lines.MoveNextAsync();
        context.Response.ContentType = "application/x-ndjson";
        while (hasLine)
        {
            await WriteAsync(context.Response, lines.Current, ct);
            if (lines.Current is { Summary: { } summary })
            {
                LogDone(logger, summary.Directory, summary.Accounts, summary.Messages, summary.Problems, summary.Seconds);
            }

            try
            {
                hasLine = await lines.MoveNextAsync();
            }
            catch (Exception e) when (e is UserErrorException or StoreException)
            {
                LogStopped(logger, request.Directory, e.Message);
                await WriteAsync(context.Response, new BackupLine(Problem: e.Message), ct);
                return;
            }
        }
    }

    private static async Task WriteAsync(HttpResponse response, BackupLine line, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(response.Body, line, ControlJson.Default.BackupLine, ct);
        await response.Body.WriteAsync("\n"u8.ToArray(), ct);
        await response.Body.FlushAsync(ct);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "backup to {Directory} accounts={Accounts} messages={Messages} problems={Problems} seconds={Seconds}")]
    private static partial void LogDone(ILogger logger, string directory, int accounts, long messages, int problems, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "backup to {Directory} stopped reason={Reason}")]
    private static partial void LogStopped(ILogger logger, string directory, string reason);
}
